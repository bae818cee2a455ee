import type { ResourceId } from '../../sdk/model.ts'
import { hasDeleter } from '../../sdk/provisioner.ts'
import type { ChangeCommand, ChangeContext } from '../provisioning/context.ts'
import { type Named, oneOfNames } from '../provisioning/references.ts'
import { requirePart } from '../../provision/require-part.ts'
import { runSingle } from '../provisioning/run-single.ts'

/** `account delete USER` and `group delete GROUP`. */
export const deleteCommand =
  (type: 'user' | 'group'): ChangeCommand =>
  async (context) => {
    const [text = ''] = context.invocation.words
    const { references } = context
    const named = await oneOfNames(type === 'user' ? references.users : references.groups, text)
    await deleteResource(context, named)
  }

/** Deletes a user or a group. What is gone already is a success. */
export function deleteResource(context: ChangeContext, { id, name }: Named): Promise<void> {
  const deleter = requirePart(context.connector, id.type, hasDeleter, 'deleted')
  return runSingle(context, {
    operation: operationOf(id),
    name: name ?? id.id,
    resource: id,
    settled: 'already-deleted',
    plan: (call) => deleter.planDelete(id, call),
    apply: async (call) => ({ outcome: await deleter.delete(id, call) }),
  })
}

const operationOf = (id: ResourceId): string => (id.type === 'user' ? 'account delete' : `${id.type} delete`)
