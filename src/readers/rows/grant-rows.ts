import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf } from '../model/grant-row.ts'
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

/** Names of all resources of a sync, for joining a million rows without a question to the database for each. */
export function namesOf(view: SyncView): (id: ResourceId) => Named {
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
  for (const grant of view.grants()) {
    const { entitlementId, principal, resource, sources } = grant
    const { name, email } = nameOf(principal)
    yield {
      principal: name,
      email: textCell(email),
      resource: nameOf(resource).name,
      entitlement: slugs.get(entitlementId) ?? entitlementId.slice(entitlementId.lastIndexOf(':') + 1),
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
}

const NO_SOURCES: readonly string[] = []

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
