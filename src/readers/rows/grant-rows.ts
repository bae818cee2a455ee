import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf, type GrantRow } from '../model/grant-row.ts'
import type { GrantCells } from '../../sdk/snapshot/read/grant-batches.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { Shape } from '../output/columns.ts'
import { type Row, textCell, timeCell } from '../output/row.ts'

export const GRANTS: Shape = {
  fields: [
    'principal',
    'email',
    'resource',
    'entitlement',
    'how',
    'via',
    'until',
    'principalType',
    'resourceType',
    'principalId',
    'resourceId',
    'entitlementId',
    'id',
  ],
  narrow: ['principal', 'email', 'resource', 'entitlement', 'how', 'until', 'id'],
}

export const ENTITLEMENTS: Shape = {
  fields: [
    'resource',
    'entitlement',
    'name',
    'description',
    'purpose',
    'grantableTo',
    'resourceType',
    'resourceId',
    'id',
  ],
  narrow: ['resource', 'entitlement', 'name', 'resourceType', 'id'],
}

interface Named {
  readonly name: string
  readonly email: string
}

type NameOf = (id: ResourceId) => Named

/** Names of all resources of a sync, for joining a million rows without a question to the database for each. */
export function namesOf(view: SyncView): NameOf {
  // Why by type: a key of both would be put together a million times.
  const types = new Map<string, Map<string, Named>>()
  for (const { id, name, email } of view.things()) {
    const names = types.get(id.type) ?? new Map<string, Named>()
    types.set(id.type, names)
    names.set(id.id, { name, email })
  }
  return ({ type, id }) => types.get(type)?.get(id) ?? { name: id, email: '' }
}

/** Grants as the file holds them, with names. */
export function* grantRows(view: SyncView): Generator<Row> {
  const nameOf = namesOf(view)
  const slugs = new Map(Array.from(view.entitlements(), ({ id, slug }) => [id, slug]))
  for (const grant of view.grants()) yield rowOf(grant, nameOf, slugs)
}

function rowOf(grant: GrantRow, nameOf: NameOf, slugs: ReadonlyMap<string, string>): Row {
  const { entitlementId, principal, resource, sources } = grant
  const { name, email } = nameOf(principal)
  return {
    principal: name,
    email: textCell(email),
    resource: nameOf(resource).name,
    entitlement: slugOf(slugs, entitlementId),
    how: isDirect(sources, entitlementId) ? 'direct' : 'inherited',
    via: sources.size === 0 ? NO_SOURCES : [...sources.keys()].filter((id) => id !== entitlementId),
    until: grant.annotations.length === 0 ? null : timeCell(endOf(grant)),
    principalType: principal.type,
    resourceType: resource.type,
    principalId: principal.id,
    resourceId: resource.id,
    entitlementId,
    id: grant.id,
  }
}

const slugOf = (slugs: ReadonlyMap<string, string>, entitlementId: string): string =>
  slugs.get(entitlementId) ?? entitlementId.slice(entitlementId.lastIndexOf(':') + 1)

const NO_SOURCES: readonly string[] = []

/**
 * The rows of `grantRows` as lines of JSON, many at a time.
 *
 * Why: a million rows repeat what they say of principals and entitlements, each of which becomes text once.
 */
export function* grantLines(view: SyncView): Generator<readonly string[]> {
  const nameOf = namesOf(view)
  const slugs = new Map(Array.from(view.entitlements(), ({ id, slug }) => [id, slug]))
  const principals = new Map<string, Map<string, PrincipalTexts>>()
  const held = new Map<string, HeldTexts>()
  const principalOf = ({ principalType: type, principalId: id }: GrantCells): PrincipalTexts => {
    const ofType = principals.get(type) ?? new Map<string, PrincipalTexts>()
    if (ofType.size === 0) principals.set(type, ofType)
    const texts = ofType.get(id) ?? principalTexts({ type, id }, nameOf)
    ofType.set(id, texts)
    return texts
  }
  const heldOf = (cells: GrantCells): HeldTexts => {
    const { entitlementId, resourceType: type, resourceId: id } = cells
    const known = held.get(entitlementId)
    if (known?.type === type && known.resourceId === id) return known
    const texts = heldTexts(entitlementId, { type, id }, nameOf, slugOf(slugs, entitlementId))
    held.set(entitlementId, texts)
    return texts
  }
  for (const batch of view.snapshot.grants(view.sync.syncId))
    yield batch.map((cells) => {
      if (!cells.isPlain) return `${JSON.stringify(rowOf(view.grantAt(cells.rowId), nameOf, slugs))}\n`
      const [principal, on] = [principalOf(cells), heldOf(cells)]
      const id = cells.id === null ? `"${on.part}:${principal.part}"` : JSON.stringify(cells.id)
      return `{${principal.name}${on.name}${principal.type}${on.typeText}${principal.id}${on.id}${id}}\n`
    })
}

/** What the line of a grant says of who holds. */
interface PrincipalTexts {
  readonly name: string
  readonly type: string
  readonly id: string
  /** As the id of a grant names it. */
  readonly part: string
}

/** What it says of what is held. */
interface HeldTexts {
  readonly type: string
  readonly resourceId: string
  readonly name: string
  readonly typeText: string
  readonly id: string
  readonly part: string
}

/** Fields of an object without its braces. */
const fieldsText = (row: Row): string => JSON.stringify(row).slice(1, -1)

const partText = (text: string): string => JSON.stringify(text).slice(1, -1)

function principalTexts({ type, id }: ResourceId, nameOf: NameOf): PrincipalTexts {
  const { name, email } = nameOf({ type, id })
  return {
    name: `${fieldsText({ principal: name, email: textCell(email) })},`,
    type: `${fieldsText({ principalType: type })},`,
    id: `${fieldsText({ principalId: id })},`,
    part: partText(`${type}:${id}`),
  }
}

function heldTexts(entitlementId: string, { type, id }: ResourceId, nameOf: NameOf, slug: string): HeldTexts {
  const { name } = nameOf({ type, id })
  const plain = { how: 'direct', via: NO_SOURCES, until: null }
  return {
    ...{ type, resourceId: id },
    name: `${fieldsText({ resource: name, entitlement: slug, ...plain })},`,
    typeText: `${fieldsText({ resourceType: type })},`,
    id: `${fieldsText({ resourceId: id, entitlementId })},"id":`,
    part: partText(entitlementId),
  }
}

export function* entitlementRows(view: SyncView): Generator<Row> {
  const nameOf = namesOf(view)
  for (const { id, resource, slug, name, description, purpose, grantableTo } of view.entitlements())
    yield {
      resource: nameOf(resource).name,
      entitlement: slug,
      name: textCell(name),
      description: textCell(description),
      purpose: textCell(purpose),
      grantableTo,
      resourceType: resource.type,
      resourceId: resource.id,
      id,
    }
}
