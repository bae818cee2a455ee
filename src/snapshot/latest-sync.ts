import type { StoredSync } from './base-file.ts'

const byTextDescending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0)

/** The sync readers show by default: the full sync that ended last. Source: baton-sdk `pkg/dotc1z/sync_runs.go`. */
export function latestFinishedFull(syncs: readonly StoredSync[]): StoredSync | undefined {
  return syncs
    .filter(({ kind, endedAt }) => kind === 'full' && endedAt !== undefined)
    .toSorted((a, b) => byTextDescending(a.endedAt ?? '', b.endedAt ?? '') || byTextDescending(a.syncId, b.syncId))[0]
}

/** The unfinished sync of a kind that started last. */
export function latestUnfinished(syncs: readonly StoredSync[], wanted: string): StoredSync | undefined {
  return syncs
    .filter(({ kind, endedAt }) => kind === wanted && endedAt === undefined)
    .toSorted((a, b) => byTextDescending(a.startedAt, b.startedAt))[0]
}
