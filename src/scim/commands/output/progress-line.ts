import type { Clock } from '../../../sdk/ground/ports.ts'
import { formatDuration } from '../../../sdk/text/duration.ts'
import type { Progress } from '../../cycle/engine.ts'
import { Pace } from '../../cycle/pace.ts'
import { number } from './words.ts'

const EVERY_MS = 100

/** Shows where a cycle is on one line: phase, counts, a bar and the time left where the end is known. */
export function showProgress(set: (text: string) => void, clock: Clock): (progress: Progress) => void {
  const pace = new Pace()
  let shownAt = -Infinity
  return (progress) => {
    const now = clock.monotonicMs()
    if (!pace.note(progress, now) && now - shownAt < EVERY_MS) return
    shownAt = now
    set(progressText(progress, pace.leftMs(progress, now)))
  }
}

const BAR = 20

export function progressText({ phase, done, total }: Progress, left?: number): string {
  if (total === undefined) return `${phase} ${number(done)}`
  const filled = total === 0 ? BAR : Math.min(BAR, Math.floor((done / total) * BAR))
  const time = left === undefined ? '' : ` · ${formatDuration(left)} left`
  return `${phase} [${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${number(done)} of ${number(total)}${time}`
}
