import { z } from 'zod'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../sdk/contract/provisioner.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { malformed } from '../twingate/graphql-errors.ts'
import { readReached, type ReachedResource } from './access-lookup.ts'
import { goneAccess, refuseAccessShape, refuseTerms } from './access-refusals.ts'
import { accessInput, accessInWords, hasTerms, withTerms } from './access-terms.ts'
import { refuseHolder, sharedHead } from './holder-refusals.ts'
import { groupsThatReach, leftWithoutGroups } from './last-group.ts'
import { type ById, type Named, readGroups, readPolicies, readServiceAccounts } from './lookup-by-id.ts'

/** Edges in one write; the API's own limit is not published. */
const MOST_EDGES = 100

const Entity = z.object({ id: z.string() })

const ResourceAccessAdd: Mutation<{ id: string }> = {
  operation: 'ResourceAccessAdd',
  document: `mutation ResourceAccessAdd($id: ID!, $access: [AccessInput!]!) {
    resourceAccessAdd(resourceId: $id, access: $access) { ok error entity { id } }
  }`,
  entity: Entity,
}

const ResourceAccessRemove: Mutation<{ id: string }> = {
  operation: 'ResourceAccessRemove',
  document: `mutation ResourceAccessRemove($id: ID!, $principals: [ID!]!) {
    resourceAccessRemove(resourceId: $id, principalIds: $principals) { ok error entity { id } }
  }`,
  entity: Entity,
}

/** Every document of this file, for the test that checks them against the schema. */
export const accessChangeQueries = [ResourceAccessAdd, ResourceAccessRemove]

type Planned = PlannedChange<HolderChange>

/** Gives and takes access to resources, edge by edge: what is not named stays. Source: twingate-schema.graphql, `resourceAccessAdd`. */
export function accessChange(client: TwingateClient): Provisioner {
  return Object.freeze({
    mostPerWrite: MOST_EDGES,

    async plan(changes: readonly HolderChange[], call: ProvisionCall) {
      const shapes = changes.map(refuseAccessShape)
      const sound = changes.filter((_, i) => !shapes[i])
      const ids = sound.map(({ resource }) => resource.id)
      const state = { resources: await readReached(client, ids, call), ...(await readEnds(client, sound, call)) }
      const judged = changes.map((change, i) => shapes[i] ?? judge(change, state))
      return judged.map((plan) => withConcern(plan, judged, state))
    },

    async apply(changes: readonly HolderChange[], call: ProvisionCall) {
      const { kind, resource } = sharedHead(changes)
      const mutation = kind === 'grant' ? ResourceAccessAdd : ResourceAccessRemove
      const what =
        kind === 'grant'
          ? { access: changes.map(({ principal, terms }) => ({ principalId: principal.id, ...accessInput(terms) })) }
          : { principals: changes.map(({ principal }) => principal.id) }
      const entity = await client.mutate(mutation, { id: resource.id, ...what }, call)
      if (entity.id !== resource.id)
        throw malformed(`Twingate says that ${entity.id} was changed, not ${resource.id}`, mutation.operation)
    },
  })
}

interface State {
  readonly resources: ById<ReachedResource>
  readonly groups: ById<Named>
  readonly accounts: ById<Named>
  readonly policies: ById<Named>
}

/** Who is to be given access or to lose it, and under which policies. */
async function readEnds(client: TwingateClient, changes: readonly HolderChange[], call: ProvisionCall) {
  const idsOf = (type: string): readonly string[] =>
    changes.flatMap(({ principal }) => (principal.type === type ? [principal.id] : []))
  return {
    groups: await readGroups(client, idsOf(TYPE_IDS.group), call),
    accounts: await readServiceAccounts(client, idsOf(TYPE_IDS.serviceAccount), call),
    policies: await readPolicies(
      client,
      changes.flatMap(({ terms }) => terms?.policy?.id ?? []),
      call,
    ),
  }
}

const NO_ACCESS = 'no access'

function judge(change: HolderChange, { resources, groups, accounts, policies }: State): Planned {
  const { kind, principal, terms } = change
  const resource = resources.get(change.resource.id)
  if (ConnectorError.is(resource)) return { change, verdict: 'refused', error: resource }
  if (!resource) return goneAccess(change, 'resource')
  const isGroup = principal.type === TYPE_IDS.group
  const who = (isGroup ? groups : accounts).get(principal.id)
  if (ConnectorError.is(who)) return { change, verdict: 'refused', error: who }
  const edge = resource.edges.get(principal.id)
  const before = edge ? accessInWords(edge) : NO_ACCESS
  if (kind === 'revoke')
    return edge
      ? { change, verdict: 'needed', before, after: NO_ACCESS }
      : who
        ? { change, verdict: 'settled', state: NO_ACCESS }
        : goneAccess(change, isGroup ? 'group' : 'service account')
  if (!who) return goneAccess(change, isGroup ? 'group' : 'service account')
  const refused = refuseTerms(change, resource)
  if (refused) return refused
  const policy = terms?.policy && policies.get(terms.policy.id)
  if (ConnectorError.is(policy)) return { change, verdict: 'refused', error: policy }
  if (terms?.policy && !policy)
    return refuseHolder(change, 'not-found', `there is no security policy ${terms.policy.id}; look it up again`)
  if (edge && hasTerms(edge, terms)) return { change, verdict: 'settled', state: before }
  const wanted = withTerms(edge ?? { expiresAt: null }, terms)
  return {
    change,
    verdict: 'needed',
    before,
    after: accessInWords({ ...wanted, ...(policy && { securityPolicy: policy }) }),
    ...(edge &&
      policy &&
      replacedPolicy(resource, who, { from: edge.securityPolicy ?? resource.securityPolicy, to: policy })),
  }
}

/** Which of two policies is looser is not in the API, so each replacement is one to look at. */
const replacedPolicy = (
  resource: ReachedResource,
  who: Named,
  { from, to }: { readonly from: Named | null | undefined; readonly to: Named },
): { readonly concern?: string } =>
  from && from.id !== to.id
    ? {
        concern: `"${who.name}" reaches "${resource.name}" under the policy "${to.name}" then, which may be looser than "${from.name}"`,
      }
    : {}

/** A resource that loses its last group is reached by no user. */
function withConcern(plan: Planned, all: readonly Planned[], { resources }: State): Planned {
  const { change, verdict } = plan
  if (verdict !== 'needed' || change.kind !== 'revoke') return plan
  const resource = resources.get(change.resource.id)
  if (!resource || ConnectorError.is(resource)) return plan
  const ofResource = all.filter((other) => other.verdict !== 'refused' && other.change.resource.id === resource.id)
  const idsOf = (kind: HolderChange['kind']) =>
    ofResource.flatMap(({ change: other }) =>
      other.kind === kind && other.principal.type === TYPE_IDS.group ? [other.principal.id] : [],
    )
  const groups = groupsThatReach(resource)
  if (!groups.has(change.principal.id)) return plan
  const leaving = new Set(idsOf('revoke'))
  const isLeft = [...groups, ...idsOf('grant')].some((id) => !leaving.has(id))
  return isLeft ? plan : { ...plan, concern: leftWithoutGroups([resource.name]) }
}
