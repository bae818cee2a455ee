import { parseTimeText } from './time-text.ts'

/** What retention needs to know of a sync. Times are the stored texts. */
export interface SyncRun {
  readonly syncId: string
  readonly kind: string
  readonly startedAt: string
  /** Absent while the sync is unfinished. */
  readonly endedAt?: string
  /** The other half of a diff pair, `''` where there is none. */
  readonly linkedSyncId: string
}

export interface RetentionPolicy {
  /** Number of full syncs to keep, 1 or more. */
  readonly keep: number
  /** Keeps everything. */
  readonly skip: boolean
}

const DIFF_KINDS: readonly string[] = ['partial_upserts', 'partial_deletions']
const PARTIAL_KINDS: readonly string[] = ['partial', 'resources_only']
const DIFFS_KEPT = 2

/**
 * The ids of the syncs to drop, given all syncs in the order of their row ids.
 *
 * Shape: unfinished syncs always stay. Of full syncs and unknown kinds the newest `keep` stay. When one of them goes, so do the partial
 * syncs that ended before the earliest kept one started. Of more than two diff syncs only the newest and its partner stay.
 * Source: baton-sdk `pkg/dotc1z/c1zstore/cleanup_policy.go`.
 */
export function syncsToDrop(runs: readonly SyncRun[], policy: RetentionPolicy): ReadonlySet<string> {
  if (policy.skip) return new Set()
  const finished = runs.filter(({ endedAt }) => endedAt !== undefined)
  const diffs = finished.filter(({ kind }) => DIFF_KINDS.includes(kind))
  const partials = finished.filter(({ kind }) => PARTIAL_KINDS.includes(kind))
  const fulls = finished.filter(({ kind }) => !DIFF_KINDS.includes(kind) && !PARTIAL_KINDS.includes(kind))
  const dropped = fulls.slice(0, Math.max(0, fulls.length - policy.keep))
  return new Set(
    [...dropped, ...outdatedPartials(partials, dropped, fulls[dropped.length]), ...outdatedDiffs(diffs)].map(
      ({ syncId }) => syncId,
    ),
  )
}

function outdatedPartials(
  partials: readonly SyncRun[],
  dropped: readonly SyncRun[],
  earliestKept: SyncRun | undefined,
): readonly SyncRun[] {
  if (dropped.length === 0 || !earliestKept) return []
  return partials.filter(({ endedAt }) => endedAt !== undefined && isBefore(endedAt, earliestKept.startedAt))
}

/** Texts of several layouts do not compare as their times do. Where one cannot be read, nothing is known to be outdated. */
function isBefore(a: string, b: string): boolean {
  const [first, second] = [parseTimeText(a), parseTimeText(b)]
  return first !== undefined && second !== undefined && first < second
}

function outdatedDiffs(diffs: readonly SyncRun[]): readonly SyncRun[] {
  const newest = diffs.at(-1)
  if (diffs.length <= DIFFS_KEPT || !newest) return []
  return diffs.filter(({ syncId }) => syncId !== newest.syncId && syncId !== newest.linkedSyncId)
}
