import type { SyncKind } from '../../sync/store.ts'
import type { SyncCounts } from '../../sync/store.ts'

const sum = (byType: Readonly<Record<string, number>>): number => Object.values(byType).reduce((a, b) => a + b, 0)

const present = (byType: Readonly<Record<string, number>>): boolean => Object.keys(byType).length > 0

/**
 * The counts as `v1_sync_runs.stats` holds them: snake_case, zero and empty values left out; a sync of resources only says nothing of the rest.
 *
 * Source: `c1.reader.v2.SyncStats`, written as baton-sdk `pkg/dotc1z/c1file.go` does.
 */
export function formatStats(kind: SyncKind, counts: SyncCounts): string {
  const { resourceTypes, resources } = counts
  const entitlements = kind === 'resources_only' ? {} : counts.entitlements
  const grants = kind === 'resources_only' ? {} : counts.grants
  const totals = {
    resource_types: resourceTypes,
    resources: sum(resources),
    entitlements: sum(entitlements),
    grants: sum(grants),
  }
  return JSON.stringify({
    ...Object.fromEntries(Object.entries(totals).filter(([, count]) => count > 0)),
    ...(present(resources) && { resources_by_resource_type: sorted(resources) }),
    ...(present(grants) && { grants_by_resource_type: sorted(grants) }),
    ...(present(entitlements) && { entitlements_by_resource_type: sorted(entitlements) }),
  })
}

const sorted = (byType: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(byType).toSorted(([a], [b]) => (a < b ? -1 : 1)))
