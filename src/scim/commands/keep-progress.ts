import type { Engine, Progress } from '../cycle/engine.ts'
import type { StoredProgress } from './status-view.ts'

const EVERY_MS = 1_000

/** Keeps where a cycle is in the state, once a second and at each new phase, for `scim status` in another process. */
export function keepProgress({ meta, clock }: Pick<Engine, 'meta' | 'clock'>): (progress: Progress) => void {
  let keptAt = -Infinity
  let began = { phase: '', ms: 0, done: 0 }
  return ({ phase, done, total }) => {
    const now = clock.monotonicMs()
    if (phase !== began.phase) began = { phase, ms: now, done }
    else if (now - keptAt < EVERY_MS) return
    keptAt = now
    const pace = (done - began.done) / (now - began.ms)
    const known = total !== undefined && now - began.ms >= 1_000 && pace > 0
    const stored: StoredProgress = {
      ...{ phase, done },
      ...(total !== undefined && { total }),
      ...(known && { leftMs: Math.round(Math.max(0, total - done) / pace) }),
    }
    meta.set('progress', JSON.stringify(stored))
  }
}
