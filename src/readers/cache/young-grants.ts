import type { SyncView } from '../file/sync-view.ts'
import { fullSyncsUpTo } from '../file/full-syncs.ts'
import { columnText, type YoungCell } from './index-keys.ts'

/** Grants that make the record, and syncs that are looked into; where there are more, the file is asked. */
const MOST_YOUNG = 50_000
const MOST_SYNCS = 5

/** Grants that some earlier full sync does not hold, each with how many hold it up to that one; `undefined` where there are too many. */
export function youngGrants(view: SyncView): readonly YoungCell[] | undefined {
  const { snapshot, sync } = view
  const syncs = fullSyncsUpTo(view)
  if (syncs.length > MOST_SYNCS || syncs[0]?.id !== sync.syncId) return undefined
  const young = new Map<string, YoungCell>()
  for (const [depth, { id: earlier }] of syncs.entries()) {
    if (depth === 0) continue
    let looked = 0
    for (const { after } of snapshot.changedRows('v1_grants', { snapshot, syncId: earlier }, sync.syncId)) {
      // Those that only the earlier one has follow behind.
      if (!after) break
      if (++looked > MOST_YOUNG) return undefined
      const [entitlementId, type, id] = NAMED.map((column) => columnText(after[column]))
      if (entitlementId === undefined || type === undefined || id === undefined) continue
      const name = `${entitlementId}\0${type}\0${id}`
      const equal = { entitlement_id: entitlementId, principal_resource_type_id: type, principal_resource_id: id }
      const [held] = snapshot.rows('v1_grants', earlier, { equal, columns: ['id'] })
      if (!held && !young.has(name)) young.set(name, [entitlementId, type, id, depth])
    }
  }
  return young.size > MOST_YOUNG ? undefined : [...young.values()]
}

const NAMED = ['entitlement_id', 'principal_resource_type_id', 'principal_resource_id'] as const
