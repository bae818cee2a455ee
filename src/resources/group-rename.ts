import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { allGroupsNamed, NAME_IS_BLANK, nameTaken, notLocal } from './group-names.ts'
import { readGroups } from './lookup-by-id.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { PlannedChange, ProvisionCall } from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'

const GroupRename: Mutation<{ name: string }> = {
  operation: 'GroupRename',
  document: `mutation GroupRename($id: ID!, $name: String!) {
    groupUpdate(id: $id, name: $name) { ok error entity { name } }
  }`,
  entity: z.object({ name: z.string() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupRenameQueries = [GroupRename]

const OPERATION = 'rename group'

/**
 * Judges a new name for a group without giving it.
 *
 * Refusals: `not-found` for an unknown group, `failed-precondition` for one that is not local, `already-exists` where another has the name,
 * `invalid-argument` for a blank name.
 */
export async function planGroupRename(
  client: TwingateClient,
  id: ResourceId,
  newName: string,
  call: ProvisionCall,
  retry: RetryPolicy = changeRetryPolicy,
): Promise<PlannedChange<ResourceId>> {
  const context = { operation: OPERATION, retry, call }
  const name = newName.trim()
  if (name === '') return refuse(id, 'invalid-argument', OPERATION, NAME_IS_BLANK)
  if (id.type !== TYPE_IDS.group) return refuse(id, 'invalid-argument', OPERATION, `a ${id.type} is no group`)
  const group = (await persist(() => readGroups(client, [id.id], call), context)).get(id.id)
  if (ConnectorError.is(group)) return { change: id, verdict: 'refused', error: group }
  if (!group) return refuse(id, 'not-found', OPERATION, `there is no group with the id ${id.id}`)
  const reason = notLocal(group)
  if (reason !== undefined) return refuse(id, 'failed-precondition', OPERATION, reason)
  const after = `name ${JSON.stringify(name)}`
  if (group.name === name) return { change: id, verdict: 'settled', state: after }
  const others = await persist(() => allGroupsNamed(client, name, call), context)
  if (others.length > 0) return refuse(id, 'already-exists', OPERATION, nameTaken(name, others))
  return { change: id, verdict: 'needed', before: `name ${JSON.stringify(group.name)}`, after }
}

/** Gives a locally created group another name. Errors: the refusals of `planGroupRename`, else the server's. Safe to repeat. */
export async function renameGroup(
  client: TwingateClient,
  id: ResourceId,
  newName: string,
  call: ProvisionCall,
  retry: RetryPolicy = changeRetryPolicy,
): Promise<'renamed' | 'already-named'> {
  if (!isNeeded(await planGroupRename(client, id, newName, call, retry))) return 'already-named'
  const name = newName.trim()
  return sendOrLook<'renamed'>({
    send: async () => {
      await client.mutate(GroupRename, { id: id.id, name }, call)
      return 'renamed'
    },
    look: async () =>
      sound((await readGroups(client, [id.id], call)).get(id.id))?.name === name ? 'renamed' : undefined,
    operation: OPERATION,
    retry,
    call,
  })
}
