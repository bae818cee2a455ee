import { makeRoomForRows } from '../../sdk/ground/room-for-rows.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { Expansion } from '../access/expansion.ts'
import { HeldGrants } from '../access/held-grants.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, type Kind, kindOf } from '../model/thing.ts'
import type { Shape } from '../output/columns.ts'
import { type Cell, type Row, textCell } from '../output/row.ts'
import { ACCESS, ACCESS_FIELDS, AccessRows } from './access-rows.ts'

const PRINCIPAL = ['principal', 'email', 'status', 'kind', 'principalType', 'principalId'] as const

export const EXPORT: Shape = { fields: [...PRINCIPAL, ...ACCESS.fields], narrow: [...PRINCIPAL, ...ACCESS.narrow] }

interface Principal {
  readonly id: ResourceId
  readonly kind: Kind
  readonly name: string
  readonly email: string
  readonly status: string
}

/**
 * One row for each principal and entitlement that it holds, directly or by way of others; one row without an entitlement for a person who holds nothing.
 *
 * Shape: people first, by name, address and id, then other principals by type, name and id; what each holds by type, name and slug. The same file
 * always gives the same rows in the same order.
 */
export function* exportRows(view: SyncView): Generator<Row> {
  const expansion = new Expansion(view)
  const grants = new HeldGrants(view)
  const access = new AccessRows(view, expansion)
  const named = new Set(grants.held.map(({ entitlementId }) => entitlementId))
  access.order([
    ...grants.held,
    ...expansion.targets.filter((id) => !named.has(id)).map((entitlementId) => ({ entitlementId })),
  ])
  let count = 0
  for (const principal of principalsOf(view, grants)) {
    const key = keyOf(principal.id)
    const plain = grants.plainlyHeld(key)
    const rows =
      plain?.some(({ entitlementId }) => expansion.passesOn(entitlementId)) === false
        ? access.plainRows(principal, plain)
        : access.rows(principal, expansion.ofPrincipal(principal.id, grants.grantsOf(key)))
    for (const row of rows) {
      makeRoomForRows(++count)
      yield exportRow(principal, row)
    }
    if (rows.length === 0) yield exportRow(principal, NO_ACCESS)
  }
}

/** A row of access, or nulls. */
type AccessCells = Readonly<Record<(typeof ACCESS_FIELDS)[number], Cell>>

const NO_ACCESS = Object.fromEntries(ACCESS_FIELDS.map((field) => [field, null])) as Readonly<
  Record<(typeof ACCESS_FIELDS)[number], null>
>

/** Why not by spreading: a million rows. */
function exportRow({ id, kind, name, email, status }: Principal, access: AccessCells): Row {
  return {
    principal: name,
    email: textCell(email),
    status: textCell(status),
    kind: kind === 'other' ? id.type : kind,
    principalType: id.type,
    principalId: id.id,
    resource: access.resource,
    entitlement: access.entitlement,
    how: access.how,
    path: access.path,
    otherPaths: access.otherPaths,
    until: access.until,
    inFile: access.inFile,
    entitlementName: access.entitlementName,
    resourceType: access.resourceType,
    resourceId: access.resourceId,
    entitlementId: access.entitlementId,
  }
}

/** All people, and whoever else holds something. */
function principalsOf(view: SyncView, grants: HeldGrants): readonly Principal[] {
  const people = new Set(view.typesWhere(({ traits }) => traits.includes('user')))
  const found = new Map<string, Principal>()
  for (const { id, kind, name, email, status } of view.things()) {
    const key = keyOf(id)
    if (people.has(id.type) || grants.has(key)) found.set(key, { id, kind, name, email, status })
  }
  // Who is not in the file is told all the same.
  for (const id of grants.principals) {
    const key = keyOf(id)
    const kind = kindOf(view.types.get(id.type)?.traits ?? [])
    if (!found.has(key)) found.set(key, { id, kind, name: id.id, email: '', status: '' })
  }
  return [...found.values()].sort(inOrder)
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: Principal, b: Principal): number =>
  Number(a.kind !== 'user') - Number(b.kind !== 'user') ||
  (a.kind === 'user' ? 0 : compareText(a.id.type, b.id.type)) ||
  compareText(a.name, b.name) ||
  compareText(a.email, b.email) ||
  compareText(keyOf(a.id), keyOf(b.id))
