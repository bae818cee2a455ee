import type { SyncCounts, SyncKind } from './store.ts'

/** Time spent waiting because the source system asked for it. */
export interface Waits {
  readonly count: number
  readonly ms: number
  readonly cause: 'rate limit'
}

/** What a finished run did, for the person or program that started it. */
export interface SyncSummary {
  readonly syncId: string
  readonly syncType: SyncKind
  /** The run went on from an earlier one's checkpoint; requests and waits are this run's alone. */
  readonly resumed: boolean
  readonly file: string
  readonly bytes: number
  readonly durationMs: number
  /** Rows that were read, by type. */
  readonly counts: SyncCounts
  /** Grants that follow from those and were added; absent where the sync was not expanded. */
  readonly expandedGrants?: number
  readonly requests: number
  readonly waits: readonly Waits[]
  /** Requests sent again, by cause in words, for example `HTTP 502`. */
  readonly retries: Readonly<Record<string, number>>
  /** Differences that were read again until they agreed, by kind. */
  readonly repairs: Readonly<Record<string, number>>
  /** Whole sentences. */
  readonly warnings: readonly string[]
}
