import type { Clock } from '../../../sdk/ports.ts'
import { formatDuration } from '../../../sdk/format-duration.ts'
import type { Progress } from '../../cycle/engine.ts'
import { number } from './words.ts'

const EVERY_MS = 100

/** Shows where a cycle is on one line: phase, counts, a bar and the time left where the end is known. */
export function showProgress(set: (text: string) => void, clock: Clock): (progress: Progress) => void {
  let shownAt = -Infinity
  let phase = ''
  let from = { ms: 0, done: 0 }
  return (progress) => {
    const now = clock.monotonicMs()
    const isNew = progress.phase !== phase
    if (!isNew && now - shownAt < EVERY_MS) return
    if (isNew) from = { ms: now, done: progress.done }
    phase = progress.phase
    shownAt = now
    set(progressText(progress, leftMs(progress, from, now)))
  }
}

/** Judged by the pace of the phase. */
function leftMs(
  { done, total }: Progress,
  from: { readonly ms: number; readonly done: number },
  now: number,
): number | undefined {
  const pace = (done - from.done) / (now - from.ms)
  return total === undefined || now - from.ms < 1000 || pace <= 0 ? undefined : Math.max(0, total - done) / pace
}

const BAR = 20

export function progressText({ phase, done, total }: Progress, left?: number): string {
  if (total === undefined) return `${phase} ${number(done)}`
  const filled = total === 0 ? BAR : Math.min(BAR, Math.floor((done / total) * BAR))
  const time = left === undefined ? '' : ` · ${formatDuration(left)} left`
  return `${phase} [${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${number(done)} of ${number(total)}${time}`
}
