import type { DatabaseSync } from 'node:sqlite'

import { addedGrants, addedGrantsIn } from '../tables/finished-token.ts'
import type { ExpansionResult } from './expand-sync.ts'

/**
 * Says in the row of a sync that its grants are expanded: counts, token, and that it can be compared.
 *
 * Shape: statistics that are none stay so, and so does a token that is not JSON.
 * Source: baton-sdk v0.25.0 `pkg/sync/parallel_syncer.go`, which sets `supports_diff` also where there was nothing to expand.
 */
export function finishExpansion(database: DatabaseSync, syncId: string, { added, edges }: ExpansionResult): void {
  const row = database.prepare('select stats, sync_token as token from main.v1_sync_runs where sync_id = ?').get(syncId)
  const token = objectOf(row?.['token'])
  const stats = objectOf(row?.['stats'])
  database
    .prepare(
      `update main.v1_sync_runs set supports_diff = 1, stats = coalesce(?, stats), sync_token = coalesce(?, sync_token) where sync_id = ?`,
    )
    .run(
      stats && typeof stats['resource_types'] === 'number' ? JSON.stringify(counted(stats, added)) : null,
      token && edges > 0
        ? JSON.stringify({
            ...token,
            needs_expansion: true,
            ...addedGrants(sumOf(addedGrantsIn(JSON.stringify(token)) ?? {}, added)),
          })
        : null,
      syncId,
    )
}

/** A sync that is expanded again keeps what the first time added. */
function sumOf(before: Readonly<Record<string, number>>, added: Readonly<Record<string, number>>) {
  const types = [...new Set([...Object.keys(before), ...Object.keys(added)])].sort()
  return Object.fromEntries(types.map((type) => [type, (before[type] ?? 0) + (added[type] ?? 0)]))
}

function counted(stats: Readonly<Record<string, unknown>>, added: ExpansionResult['added']): Record<string, unknown> {
  const before = stats['grants_by_resource_type']
  const byType = new Map<string, number>(
    Object.entries(typeof before === 'object' && before !== null ? before : {}).map(([type, n]) => [type, Number(n)]),
  )
  for (const [type, n] of Object.entries(added)) byType.set(type, (byType.get(type) ?? 0) + n)
  const total = [...byType.values()].reduce((sum, n) => sum + n, 0)
  if (total === 0) return { ...stats }
  const sorted = [...byType].sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...stats, grants: total, grants_by_resource_type: Object.fromEntries(sorted) }
}

/** A JSON object; `undefined` for every other text, which is another program's. */
function objectOf(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
