import { z } from 'zod'
import type { Cycle } from '../state/cycles.ts'
import type { Quarantined } from '../state/quarantine.ts'

/** Where a running cycle was last seen. */
export const StoredProgress = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().optional(),
  /** Milliseconds, judged by the pace of the phase. */
  leftMs: z.number().optional(),
})
export type StoredProgress = z.infer<typeof StoredProgress>

/** The state of an engine, for people and programs. The codes are those of Microsoft Graph's `synchronizationStatus`. */
export interface StatusView {
  readonly code: 'NotRun' | 'Active' | 'Paused' | 'Quarantine'
  /** Whether a program has the state open to work with it. */
  readonly running: boolean
  readonly source: string | undefined
  readonly target: string | undefined
  readonly progress: StoredProgress | undefined
  readonly pausedSince: string | undefined
  readonly quarantine: Quarantined | undefined
  readonly escrowed: number
  readonly linked: number
  /** Disables and deletes that wait for `scim allow-deletes`. */
  readonly staged: number
  /** Memberships that were sent to a target which shows none. */
  readonly unverified: number
  /** The newest first. */
  readonly cycles: readonly Cycle[]
}
