import type { Engine, Progress } from '../cycle/engine.ts'
import { Pace } from '../cycle/pace.ts'
import type { StoredProgress } from './status-view.ts'

const EVERY_MS = 1_000

/** Keeps where a cycle is in the state, once a second and at each new phase, for `scim status` in another process. */
export function keepProgress({ meta, clock }: Pick<Engine, 'meta' | 'clock'>): (progress: Progress) => void {
  const pace = new Pace()
  let keptAt = -Infinity
  return (progress) => {
    const now = clock.monotonicMs()
    if (!pace.note(progress, now) && now - keptAt < EVERY_MS) return
    keptAt = now
    const { phase, done, total } = progress
    const left = pace.leftMs(progress, now)
    const stored: StoredProgress = {
      ...{ phase, done },
      ...(total !== undefined && { total }),
      ...(left !== undefined && { leftMs: Math.round(left) }),
    }
    meta.set('progress', JSON.stringify(stored))
  }
}
