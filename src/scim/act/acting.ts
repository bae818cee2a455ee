import type { Engine } from '../cycle/engine.ts'
import type { Kind } from '../model.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import type { Looker } from './look.ts'
import type { Outcomes } from './outcome.ts'

/** A plan that is being carried out. */
export interface Acting extends Engine {
  readonly looker: Looker
  readonly outcomes: Outcomes
  readonly plan: Omit<PlanInput, 'only' | 'add'>
  /** Operations begin until this aborts; what has begun comes to its end. */
  readonly stop: AbortSignal
  /** Aborts what has begun, too. */
  readonly halt: AbortSignal
  /** Number of the cycle. */
  readonly cycle: number
  readonly count: { done: number; total: number }
}

/** Shows that one more operation came to its end. What is sent again is one more. */
export function advance({ count, onProgress }: Acting, phase: string): void {
  count.done++
  count.total = Math.max(count.total, count.done)
  onProgress({ phase, done: count.done, total: count.total })
}

export const PHASES: Readonly<Record<Kind, string>> = { user: 'writing users', group: 'writing groups' }
