import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { GROUP_FIELDS, groupFromNode, GroupNode } from './group-node.ts'
import { allGroupsNamed, findGroupsNamed, NAME_IS_BLANK, nameTaken, notLocal } from './group-names.ts'
import { leftWithoutGroups, reachedOnlyBy } from './last-group.ts'
import { readGroups } from './lookup-by-id.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Resource, ResourceId } from '../sdk/model/model.ts'
import type { Sleep } from '../sdk/ground/ports.ts'
import type { PlannedChange, ProvisionCall, ResourceCreator, ResourceDeleter } from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist, sendOrLook, TWICE_SENT_WAIT_MS } from '../sdk/pacing/send-or-look.ts'

const GroupCreate: Mutation<GroupNode> = {
  operation: 'GroupCreate',
  document: `mutation GroupCreate($name: String!) {
    groupCreate(name: $name) { ok error entity { ...GroupFields } }
  }\n${GROUP_FIELDS}`,
  entity: GroupNode,
}

const GroupDelete: Mutation<undefined> = {
  operation: 'GroupDelete',
  document: 'mutation GroupDelete($id: ID!) { groupDelete(id: $id) { ok error } }',
  entity: z.undefined(),
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupLifecycleQueries = [GroupCreate, GroupDelete]

/** Creates groups and deletes those that were created locally. */
export function groupLifecycle(
  client: TwingateClient,
  { sleep, retry = changeRetryPolicy }: { readonly sleep: Sleep; readonly retry?: RetryPolicy },
): ResourceCreator & ResourceDeleter {
  const planCreate = async (displayName: string, call: ProvisionCall): Promise<PlannedChange<string>> => {
    const operation = 'create group'
    const name = displayName.trim()
    if (name === '') return refuse(displayName, 'invalid-argument', operation, NAME_IS_BLANK)
    const others = await persist(() => allGroupsNamed(client, name, call), { operation, retry, call })
    const [other] = others
    if (other) {
      const refused = refuse(displayName, 'already-exists', operation, nameTaken(name, others))
      return others.length > 1 ? refused : { ...refused, existing: groupFromNode(other) }
    }
    return { change: displayName, verdict: 'needed', before: 'no such group', after: `group ${JSON.stringify(name)}` }
  }

  /** Without what to confirm. */
  const judgeDelete = async (id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> => {
    const operation = 'delete group'
    if (id.type !== TYPE_IDS.group) return refuse(id, 'invalid-argument', operation, `a ${id.type} is no group`)
    const group = (await persist(() => readGroups(client, [id.id], call), { operation, retry, call })).get(id.id)
    if (ConnectorError.is(group)) return { change: id, verdict: 'refused', error: group }
    if (!group) return { change: id, verdict: 'settled', state: 'no such group' }
    const reason = notLocal(group)
    if (reason !== undefined) return refuse(id, 'failed-precondition', operation, reason)
    return { change: id, verdict: 'needed', before: `group ${JSON.stringify(group.name)}`, after: 'deleted' }
  }

  const planDelete = async (id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> => {
    const plan = await judgeDelete(id, call)
    if (plan.verdict !== 'needed') return plan
    const names = await persist(() => reachedOnlyBy(client, id.id, call), { operation: 'delete group', retry, call })
    return names.length === 0 ? plan : { ...plan, concern: leftWithoutGroups(names) }
  }

  /** Errors: `aborted` where there are two by now: a write that was thought lost was carried out late, or somebody else was as quick. */
  const refuseTwins = async (made: GroupNode, name: string, call: ProvisionCall): Promise<void> => {
    const read = async () => {
      const found = await findGroupsNamed(client, name, call)
      return found.some(({ id }) => id === made.id) ? found : allGroupsNamed(client, name, call)
    }
    const groups = await persist(read, { operation: 'create group', retry, call }).catch((error: unknown) => {
      const { detail } = ConnectorError.from(error, 'create group')
      call.log.warn('the group was created, and whether another one has its name could not be read', { detail })
      return []
    })
    if (groups.length < 2) return
    throw new ConnectorError(
      'aborted',
      'create group',
      `there are ${groups.length} groups named ${JSON.stringify(name)} now (ids ${groups.map(({ id }) => id).join(', ')}): one request was carried out late, or another run made one at the same moment; delete all but one by id, with group delete`,
    )
  }

  return Object.freeze({
    planCreate,
    planDelete,

    async create(displayName: string, call: ProvisionCall): Promise<Resource> {
      isNeeded(await planCreate(displayName, call))
      const name = displayName.trim()
      let sent = 0
      const made = await sendOrLook({
        send: () => {
          sent++
          return client.mutate(GroupCreate, { name }, call)
        },
        // There was none before, so the one that is found is the one whose answer was lost.
        look: async () => (await findGroupsNamed(client, name, call))[0],
        unrepeatable: { sleep, prove: async () => (await allGroupsNamed(client, name, call))[0] },
        operation: 'create group',
        retry,
        call,
      })
      // A run that is told to stop during the wait still reports the group that it created.
      if (sent > 1) await sleep(TWICE_SENT_WAIT_MS, call.signal).catch(() => {})
      await refuseTwins(made, name, call)
      return groupFromNode(made)
    },

    async delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'> {
      if (!isNeeded(await judgeDelete(id, call))) return 'already-deleted'
      return sendOrLook<'deleted'>({
        send: async () => {
          await client.mutate(GroupDelete, { id: id.id }, call)
          return 'deleted'
        },
        look: async () => ((await readGroups(client, [id.id], call)).has(id.id) ? undefined : 'deleted'),
        operation: 'delete group',
        retry,
        call,
      })
    },
  })
}
