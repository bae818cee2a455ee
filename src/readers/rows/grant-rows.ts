import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf } from '../model/grant-row.ts'
import { keyOf } from '../model/thing.ts'
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
  const names = new Map<string, Named>()
  for (const { id, name, email } of view.things()) names.set(keyOf(id), { name, email })
  return (id) => names.get(keyOf(id)) ?? { name: id.id, email: '' }
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
      via: [...sources.keys()].filter((id) => id !== entitlementId),
      until: timeCell(grant.annotations.length === 0 ? undefined : endOf(grant)),
      principalType: principal.type,
      resourceType: resource.type,
      principalId: principal.id,
      resourceId: resource.id,
      entitlementId,
      id: grant.id,
    }
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
