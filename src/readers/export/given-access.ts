import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { Expansion } from '../access/expansion.ts'
import type { EntitlementRow, SyncView } from '../file/sync-view.ts'
import { endOf, expandableOf } from '../model/grant-row.ts'
import { keyOf } from '../model/thing.ts'

/** That somebody holds an entitlement, as its connector gave it, or all holders of another one. */
export interface GivenAccess {
  readonly entitlement: EntitlementRow
  readonly principal: ResourceId
  /** Whoever holds this one holds `entitlement`; absent where the principal alone does. */
  readonly holdersOf: EntitlementRow | undefined
  readonly until: Date | undefined
}

/**
 * What connectors gave: who holds what, and which entitlements pass others on. What follows from these is left out.
 *
 * Shape: each once, in the order of the rows. What passes on only to direct holders or to some types is told of each of those holders instead,
 * since other programs have no word for it. Grants of entitlements that the file does not hold are left out.
 * Errors: `data-loss` for a damaged row.
 */
export function* givenAccess(view: SyncView, expansion: Expansion): Generator<GivenAccess> {
  const seen = new Set<string>()
  const cycleOf = new Map(expansion.cycles.flatMap((ids, cycle) => ids.map((id) => [id, cycle] as const)))
  const isNew = ({ entitlement, principal, holdersOf }: GivenAccess): boolean => {
    const key = `${entitlement.id}\0${holdersOf?.id ?? ''}\0${keyOf(principal)}`
    return !seen.has(key) && Boolean(seen.add(key))
  }
  for (const grant of view.grants()) {
    const entitlement = view.entitlement(grant.entitlementId)
    if (!entitlement || !isDirect(grant.sources, grant.entitlementId)) continue
    const until = endOf(grant)
    const { principal } = grant
    const expandable = expandableOf(grant)
    const own = { entitlement, principal, holdersOf: undefined, until }
    if (isNew(own)) yield own
    for (const id of expandable?.entitlementIds ?? []) {
      const holdersOf = view.entitlement(id)
      // Members of groups in a circle are not passed to each other.
      const isCircle = id === entitlement.id || (cycleOf.has(id) && cycleOf.get(id) === cycleOf.get(entitlement.id))
      if (!holdersOf || isCircle) continue
      const isWhole = expandable?.shallow !== true && expandable?.resourceTypeIds.length === 0
      if (isWhole) {
        const passed = { entitlement, principal: holdersOf.resource, holdersOf, until }
        if (isNew(passed)) yield passed
        continue
      }
      for (const holding of expansion.onEntitlements([id]).get(id)?.values() ?? []) {
        const types = expandable?.resourceTypeIds ?? []
        if (types.length > 0 && !types.includes(holding.principal.type)) continue
        if (expandable?.shallow === true && !holding.direct) continue
        const each = { entitlement, principal: holding.principal, holdersOf: undefined, until }
        if (isNew(each)) yield each
      }
    }
  }
}
