import type { Clock } from '../../sdk/ports.ts'
import { formatDuration } from '../../sdk/format-duration.ts'
import type { StatusLine } from './status-line.ts'
import { printable } from '../../sdk/printable.ts'

/** Where a run stands: done so far in this phase, or a wait that has begun (and is over once `waitingUntil` is absent). */
export type ProgressEvent =
  | { readonly phase: string; readonly done: number; readonly total?: number; readonly pages: number }
  | { readonly waitingUntil?: Date }

export interface Progress {
  show(event: ProgressEvent): void
  /** Removes the line. */
  end(): void
}

const REDRAW_MS = 100

/** Keeps one line on the terminal up to date: phase, items of total, pages, time left, or how long the rate limit holds it. */
export function createProgress(line: StatusLine, clock: Clock): Progress {
  let phase = ''
  let from = { ms: 0, done: 0 }
  let text = ''
  let drawnAt = -Infinity
  const draw = (always: boolean): void => {
    const now = clock.monotonicMs()
    if (!always && now - drawnAt < REDRAW_MS) return
    drawnAt = now
    line.set(text)
  }
  return {
    show(event) {
      if (!('phase' in event)) {
        const { waitingUntil } = event
        line.set(
          waitingUntil ? `${text}${text && ' · '}waiting for the rate limit until ${timeOfDay(waitingUntil)}` : text,
        )
        return
      }
      const isNewPhase = event.phase !== phase
      if (isNewPhase) {
        phase = event.phase
        from = { ms: clock.monotonicMs(), done: event.done }
      }
      text = describe(event, timeLeftMs(event, from, clock))
      draw(isNewPhase)
    },
    end: () => line.set(''),
  }
}

type PhaseEvent = Extract<ProgressEvent, { phase: string }>

function describe({ phase, done, total, pages }: PhaseEvent, leftMs: number | undefined): string {
  // A phase without pages, such as the writing of the file, has nothing to count.
  if (pages === 0) return printable(phase)
  const items = total === undefined ? count(done) : `${count(done)} of ${count(total)}`
  const left = leftMs === undefined ? '' : ` · ${formatDuration(leftMs)} left`
  return `${printable(phase)} ${items} · ${count(pages)} ${pages === 1 ? 'page' : 'pages'}${left}`
}

/** Judged by the pace of this phase so far; nothing is said before there is a pace. */
function timeLeftMs(
  { done, total }: PhaseEvent,
  from: { readonly ms: number; readonly done: number },
  clock: Clock,
): number | undefined {
  const elapsedMs = clock.monotonicMs() - from.ms
  const pace = (done - from.done) / elapsedMs
  return total === undefined || elapsedMs < 1000 || pace <= 0 ? undefined : Math.max(0, total - done) / pace
}

const count = (value: number): string => value.toLocaleString('en-US')

const timeOfDay = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
