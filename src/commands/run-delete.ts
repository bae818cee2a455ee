import type { ResourceId } from '../sdk/model/model.ts'
import { hasDeleter } from '../sdk/contract/provisioner.ts'
import { hasGet } from '../sdk/contract/syncer.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { type Named, oneOfNames } from './names/find.ts'
import { requirePart } from '../sdk/provision/require-part.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'

/** `account delete USER` and `group delete GROUP`. */
export const deleteCommand =
  (type: 'user' | 'group'): ChangeRunner =>
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
    question: async () => {
      const what = await describe(context, { id, ...(name !== undefined && { name }) })
      // An account of an identity provider may be one that is disabled.
      return `Delete ${what}?${id.type === 'user' ? '' : ' It cannot be restored.'}`
    },
    plan: (call) => deleter.planDelete(id, call),
    apply: async (call) => ({ outcome: await deleter.delete(id, call) }),
  })
}

/** A group with how many members it has, where Twingate counts them. */
async function describe({ connector, call }: ChangeContext, { id, name }: Named): Promise<string> {
  const shown = name ?? id.id
  if (id.type === 'user') return `the account of ${shown}`
  const syncer = connector.syncers.find(({ type }) => type.id === id.type)
  if (!syncer || !hasGet(syncer)) return `the ${id.type} ${shown}`
  const scope = { types: new Set([id.type]), entitlements: false, grants: false }
  const count = (await syncer.get(id.id, { ...call, scope, size: 1 }))?.holders?.[0]?.count
  const members =
    count === undefined ? '' : ` with ${count.toLocaleString('en-US')} ${count === 1 ? 'member' : 'members'}`
  return `the ${id.type} ${shown}${members}`
}

const operationOf = (id: ResourceId): string => (id.type === 'user' ? 'account delete' : `${id.type} delete`)
