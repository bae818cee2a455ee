import { sameResource } from '../model/ids.ts'
import type { ResourceId } from '../model/model.ts'
import type { HolderCount, Rows, Scope } from '../contract/syncer.ts'
import type { Write } from './store.ts'

/**
 * The part of a page that the run will keep: rows of the wanted types only, and grants only where both ends are wanted.
 *
 * Why: a grant that points at a type left out would dangle, and a count whose grants cannot come would look like a loss.
 */
export function scoped(rows: Rows & { readonly holders?: readonly HolderCount[] }, scope: Scope): Write {
  const wanted = (id: { readonly type: string }): boolean => scope.types.has(id.type)
  const complete = new Set(
    rows.entitlements.filter((e) => e.grantableTo.every((type) => scope.types.has(type))).map((e) => e.id),
  )
  return {
    resources: rows.resources.filter((resource) => wanted(resource.id)),
    entitlements: scope.entitlements ? rows.entitlements.filter((e) => wanted(e.resource)) : [],
    grants: scope.grants ? rows.grants.filter((grant) => wanted(grant.resource) && wanted(grant.principal)) : [],
    holders: scope.grants ? (rows.holders ?? []).filter((count) => complete.has(count.entitlementId)) : [],
  }
}

/**
 * The part of a page that is about one target: itself, its entitlements, who holds them.
 *
 * Why: a role that a member of a group has comes with the member, and with one of its holders. Whoever reads the snapshot would take the
 * others for gone.
 */
export function ofTarget<Page extends Rows>(page: Page, target: ResourceId): Page {
  const isTarget = (id: ResourceId): boolean => sameResource(id, target)
  const grants = page.grants.filter((grant) => isTarget(grant.resource))
  return {
    ...page,
    resources: page.resources.filter(({ id }) => isTarget(id) || grants.some((g) => sameResource(g.principal, id))),
    entitlements: page.entitlements.filter((entitlement) => isTarget(entitlement.resource)),
    grants,
  }
}
