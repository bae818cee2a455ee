import { planGroupRename, renameGroup } from '../resources/group-rename.ts'
import type { ChangeRunner } from './context.ts'
import { oneOfNames } from './names/find.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'

/** `group rename GROUP NAME`. */
export const groupRenameCommand: ChangeRunner = async (context) => {
  const [text = '', newName = ''] = context.invocation.words
  const { client, references } = context
  const { id, name } = await oneOfNames(references.groups, text)
  await runSingle(context, {
    operation: 'group rename',
    name: name ?? id.id,
    resource: id,
    settled: 'already-named',
    plan: (call) => planGroupRename(client, id, newName, call),
    apply: async (call) => ({ outcome: await renameGroup(client, id, newName, call) }),
  })
}
