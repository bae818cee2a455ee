import type { StoredSync } from './base-file.ts'
import { parseTimeText } from './time-text.ts'

const byTextDescending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0)

/** The sync readers show by default: the full sync that ended last, by the text as they compare it. Source: baton-sdk `pkg/dotc1z/sync_runs.go`. */
export function latestFinishedFull(syncs: readonly StoredSync[]): StoredSync | undefined {
  return syncs
    .filter(({ kind, endedAt }) => kind === 'full' && endedAt !== undefined)
    .toSorted((a, b) => byTextDescending(a.endedAt ?? '', b.endedAt ?? '') || byTextDescending(a.syncId, b.syncId))[0]
}

/** The unfinished syncs of a kind, the one that started last first. Times that cannot be read come last. */
export const unfinishedSyncs = (syncs: readonly StoredSync[], wanted: string): readonly StoredSync[] =>
  syncs
    .filter(({ kind, endedAt }) => kind === wanted && endedAt === undefined)
    .toSorted((a, b) => startOf(b) - startOf(a))

const startOf = ({ startedAt }: StoredSync): number => parseTimeText(startedAt)?.getTime() ?? 0
