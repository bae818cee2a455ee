import { groupId } from '../../resources/membership.ts'
import { networkResourceId } from '../../resources/access-edge.ts'
import {
  type ById,
  readGroups,
  readPolicies,
  readResources,
  readServiceAccounts,
} from '../../resources/lookup-by-id.ts'
import { GroupsNamed, PoliciesNamed, ResourcesNamed, ServiceAccountsNamed } from '../../resources/name-queries.ts'
import { securityPolicyId } from '../../resources/security-policy.ts'
import { serviceAccountId } from '../../resources/service-account.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { ManyQuery } from '../../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../../twingate/client.ts'
import { type IdKind, isIdOf } from '../../twingate/global-id.ts'
import { pageMany } from '../../twingate/page-many.ts'
import { ambiguous, bidOf, type Named, named, notFound, type Resolved } from './reference-texts.ts'

interface Thing {
  readonly id: string
  readonly name: string
}

interface ThingPage {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly edges: readonly { readonly cursor: string; readonly node: Thing }[]
}

/** A kind of thing that is found by id or by its exact name. */
export interface ThingKind {
  readonly kind: IdKind
  /** For people: `service account`. */
  readonly word: string
  readonly idOf: (id: string) => ResourceId
  readonly byId: (client: TwingateClient, ids: readonly string[], call: ClientCall) => Promise<ById<Thing>>
  readonly byName: ManyQuery<ThingPage>
}

export const RESOURCE: ThingKind = {
  ...{ kind: 'Resource', word: 'resource', idOf: networkResourceId, byId: readResources, byName: ResourcesNamed },
}
export const POLICY: ThingKind = {
  ...{ kind: 'SecurityPolicy', word: 'security policy', idOf: securityPolicyId },
  ...{ byId: readPolicies, byName: PoliciesNamed },
}
const GROUP: ThingKind = {
  ...{ kind: 'Group', word: 'group', idOf: groupId, byId: readGroups, byName: GroupsNamed },
}
export const SERVICE_ACCOUNT: ThingKind = {
  ...{ kind: 'ServiceAccount', word: 'service account', idOf: serviceAccountId },
  ...{ byId: readServiceAccounts, byName: ServiceAccountsNamed },
}

/** Whether a text names a thing of the kind by id or BID, so that no name is looked up for it. */
export const isNamedById = ({ kind, idOf }: ThingKind, text: string): boolean =>
  isIdOf(kind, text.trim()) || text.trim().startsWith(`bid:r:${idOf('').type}/`)

/** Finds things of a kind by id, BID or exact name, as `resolveGroups` does; no near names are suggested. Errors: as there. */
export async function resolveThings(
  client: TwingateClient,
  thing: ThingKind,
  texts: readonly string[],
  call: ClientCall,
): Promise<Resolved> {
  const resolved = new Map<string, Named | ConnectorError>()
  const ids = new Map<string, string>()
  const names: string[] = []
  for (const text of new Set(texts)) {
    const typed = text.trim()
    const bid = bidOf(typed, thing.idOf('').type)
    if (ConnectorError.is(bid)) resolved.set(text, bid)
    else if (bid !== undefined) ids.set(text, bid)
    else if (isIdOf(thing.kind, typed)) ids.set(text, typed)
    else if (typed === '')
      resolved.set(
        text,
        new ConnectorError('invalid-argument', `find ${thing.word}`, `the name of the ${thing.word} is empty`),
      )
    else names.push(text)
  }
  const known = await thing.byId(client, [...ids.values()], call)
  for (const [text, id] of ids) {
    const found = known.get(id)
    resolved.set(text, ConnectorError.is(found) ? found : named(thing.idOf(id), found?.name))
  }
  const pages = await pageMany(
    client,
    thing.byName,
    names.map((name) => ({ name })),
    (page) => page,
    call,
  )
  for (const [i, text] of names.entries()) resolved.set(text, onlyThing(thing, text, pages[i] ?? []))
  return resolved
}

function onlyThing({ word, idOf }: ThingKind, text: string, found: readonly Thing[] | ConnectorError) {
  if (ConnectorError.is(found)) return found
  const [first, ...others] = found.filter(({ name }) => name === text)
  if (!first) return notFound(word, text, [])
  if (others.length > 0) return ambiguous(text, word, [first, ...others], ({ id, name }) => `${id} (${name})`)
  return named(idOf(first.id), first.name)
}

/**
 * Finds groups and service accounts, as `resolveThings`. Errors likewise; `invalid-argument` for a name that one of each has; `failed-precondition`
 * for an address, which is a user's.
 */
export async function resolveHolders(
  client: TwingateClient,
  texts: readonly string[],
  call: ClientCall,
): Promise<Resolved> {
  const isId = (text: string): boolean => isNamedById(GROUP, text) || isNamedById(SERVICE_ACCOUNT, text)
  const ofKind = (thing: ThingKind) =>
    resolveThings(
      client,
      thing,
      texts.filter((text) => !isId(text) || isNamedById(thing, text)),
      call,
    )
  const [groups, accounts] = [await ofKind(GROUP), await ofKind(SERVICE_ACCOUNT)]
  return new Map(texts.map((text) => [text, holderOf(text, groups.get(text), accounts.get(text))] as const))
}

type Found = Named | ConnectorError | undefined

function holderOf(text: string, group: Found, account: Found): Named | ConnectorError {
  const isFound = (found: Found): found is Named => found !== undefined && !ConnectorError.is(found)
  if (isFound(group) && isFound(account))
    return ambiguous(text, 'group or service account', [group.id, account.id], ({ id, type }) => `${id} (${type})`)
  if (isFound(group)) return group
  if (isFound(account)) return account
  const failure = [group, account].find((found) => ConnectorError.is(found) && found.code !== 'not-found')
  if (ConnectorError.is(failure)) return failure
  if (text.includes('@'))
    return new ConnectorError(
      'failed-precondition',
      'find group',
      `${text.trim()} is the address of a user, and users reach resources through groups only`,
    )
  return notFound('group or service account', text, [])
}
