import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import { sourceOf } from '../../sdk/snapshot/tables/finished-token.ts'
import type { SyncCounts } from '../../sdk/sync/store.ts'
import { endOfSync } from '../file/open-files.ts'

/** What one full sync holds. */
export interface GrowthPoint {
  readonly sync: StoredSync
  readonly counts: SyncCounts
}

/** The finished full syncs of a file. */
export const growthPoints = (snapshot: Snapshot): readonly GrowthPoint[] =>
  snapshot.syncs
    .filter(({ kind, endedAt }) => kind === 'full' && endedAt !== undefined)
    .map((sync) => ({ sync, counts: snapshot.counts(sync.syncId) }))

/** Those of the network of a sync, the oldest first, each once. A sync that does not say what was read goes with others that do not. */
export function growthLike(sync: StoredSync, points: readonly GrowthPoint[]): readonly GrowthPoint[] {
  const source = sourceOf(sync.checkpoint)
  const like = points.filter((point) => sourceOf(point.sync.checkpoint) === source)
  return [...new Map(like.map((point) => [point.sync.syncId, point])).values()].sort((a, b) =>
    endOfSync(a.sync) < endOfSync(b.sync) ? -1 : 1,
  )
}
