import type { StoredSync } from './base-file.ts'
import { parseTimeText } from './time-text.ts'

const byTextDescending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0)

/** The full sync that ended last, by the text as readers compare it. Source: baton-sdk `pkg/dotc1z/sync_runs.go`. */
export const latestFinishedFull = (syncs: readonly StoredSync[]): StoredSync | undefined =>
  latestFinished(syncs.filter(({ kind }) => kind === 'full'))

/** The sync of any kind that ended last: the one that the official `baton` shows. Source: baton-sdk v0.25.0 `cmd/baton/store.go`. */
export const latestFinished = (syncs: readonly StoredSync[]): StoredSync | undefined =>
  syncs
    .filter(({ endedAt }) => endedAt !== undefined)
    .toSorted((a, b) => byTextDescending(a.endedAt ?? '', b.endedAt ?? '') || byTextDescending(a.syncId, b.syncId))[0]

/** The unfinished syncs of a kind, the one that started last first. Times that cannot be read come last. */
export const unfinishedSyncs = (syncs: readonly StoredSync[], wanted: string): readonly StoredSync[] =>
  syncs
    .filter(({ kind, endedAt }) => kind === wanted && endedAt === undefined)
    .toSorted((a, b) => startOf(b) - startOf(a))

const startOf = ({ startedAt }: StoredSync): number => parseTimeText(startedAt)?.getTime() ?? 0
