import { Expansion } from '../access/expansion.ts'
import type { EntitlementRow, SyncView } from '../file/sync-view.ts'
import { keyOf, type Thing } from '../model/thing.ts'

/** What administrators are called: in a role's name or id, or in the slug of an entitlement. */
const ADMIN = /admin|owner|root/i

/** Who is an administrator in a sync, and by what. */
export interface Admins {
  readonly entitlements: ReadonlySet<string>
  /** Keys of principals, and of the roles themselves. */
  readonly things: ReadonlySet<string>
}

/** Whether holding it makes an administrator. */
export const isAdminEntitlement = ({ slug }: EntitlementRow, on: Thing): boolean =>
  ADMIN.test(slug) || (on.kind === 'role' && (ADMIN.test(on.name) || ADMIN.test(on.id.id)))

/** Finds administrators, including those who are administrators through a group. */
export function adminsOf(view: SyncView, expansion = new Expansion(view)): Admins {
  const roles = new Map(
    Array.from(view.things(view.typesWhere(({ traits }) => traits.includes('role'))), (role) => [keyOf(role.id), role]),
  )
  const ids: string[] = []
  const things = new Set<string>()
  for (const entitlement of view.entitlements()) {
    const role = roles.get(keyOf(entitlement.resource))
    if (!ADMIN.test(entitlement.slug) && !role) continue
    if (!isAdminEntitlement(entitlement, role ?? view.thing(entitlement.resource))) continue
    ids.push(entitlement.id)
    if (role) things.add(keyOf(role.id))
  }
  const holdings = expansion.onEntitlements(ids)
  for (const id of ids) for (const key of holdings.get(id)?.keys() ?? []) things.add(key)
  return { entitlements: new Set(ids), things }
}
