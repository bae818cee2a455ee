import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { malformed } from '../twingate/graphql-errors.ts'
import { type GroupState, readGroups } from './lookup-by-id.ts'
import { membershipKey, type MembershipPair, readStandings, type Standing } from './membership-lookup.ts'
import { membershipImmutable } from './membership.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../sdk/contract/provisioner.ts'
import { judgeGone, refuseHolder, refuseShape, sharedHead } from './holder-refusals.ts'

/** Users in one write. The Twingate CLI sends 200; the API's own limit is not published. Source: twingate-api.md §3. */
const MOST_USERS = 100

const GroupMembersUpdate: Mutation<{ id: string }> = {
  operation: 'GroupMembersUpdate',
  document: `mutation GroupMembersUpdate($id: ID!, $added: [ID!], $removed: [ID!]) {
    groupUpdate(id: $id, addedUserIds: $added, removedUserIds: $removed) { ok error entity { id } }
  }`,
  entity: z.object({ id: z.string() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupMembershipQueries = [GroupMembersUpdate]

/** Gives and takes membership in locally created groups. Source: twingate-api.md §3. */
export function groupMembership(client: TwingateClient): Provisioner {
  return Object.freeze({
    mostPerWrite: MOST_USERS,

    async plan(changes: readonly HolderChange[], call: ProvisionCall) {
      const shapes = changes.map((change) => refuseShape(change))
      const sound = changes.filter((_, i) => !shapes[i])
      const ids = sound.map((change) => change.resource.id)
      const groups = await readGroups(client, ids, call)
      const open = sound.filter(({ resource }) => isManual(groups.get(resource.id)))
      const standings = await readStandings(client, open.map(pairOf), call)
      return changes.map((change, i) => shapes[i] ?? judge(change, groups.get(change.resource.id), standings))
    },

    async apply(changes: readonly HolderChange[], call: ProvisionCall) {
      const { kind, resource } = sharedHead(changes)
      const users = changes.map((change) => change.principal.id)
      const delta = kind === 'grant' ? { added: users } : { removed: users }
      const entity = await client.mutate(GroupMembersUpdate, { id: resource.id, ...delta }, call)
      if (entity.id !== resource.id)
        throw malformed(`Twingate says that ${entity.id} was changed, not ${resource.id}`, GroupMembersUpdate.operation)
    },
  })
}

const pairOf = ({ principal, resource }: Pick<HolderChange, 'principal' | 'resource'>): MembershipPair => ({
  userId: principal.id,
  groupId: resource.id,
})

type Standings = ReadonlyMap<string, Standing>

const standingOf = (standings: Standings, { principal, resource }: Pick<HolderChange, 'principal' | 'resource'>) =>
  standings.get(membershipKey(principal.id, resource.id)) ?? 'no such user'

const isManual = (group: GroupState | ConnectorError | undefined): boolean =>
  !ConnectorError.is(group) && group?.type === 'MANUAL'

function judge(
  change: HolderChange,
  group: GroupState | ConnectorError | undefined,
  standings: Standings,
): PlannedChange<HolderChange> {
  const { kind } = change
  if (ConnectorError.is(group)) return { change, verdict: 'refused', error: group }
  if (!group) return judgeGone(change, 'group')
  const immutable = membershipImmutable(group.type)
  if (immutable)
    return refuseHolder(
      change,
      'failed-precondition',
      `members of "${group.name}" cannot be changed: ${immutable.reason}`,
    )
  const standing = standingOf(standings, change)
  if (ConnectorError.is(standing)) return { change, verdict: 'refused', error: standing }
  if (standing === 'no such user') return judgeGone(change, 'user')
  const wanted = kind === 'grant' ? 'member' : 'not a member'
  const note = group.isActive ? '' : ' (the group is inactive)'
  return standing === wanted
    ? { change, verdict: 'settled', state: standing }
    : { change, verdict: 'needed', before: standing, after: `${wanted}${note}` }
}
