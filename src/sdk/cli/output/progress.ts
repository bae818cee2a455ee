import type { Clock, Sleep } from '../../ground/ports.ts'
import { printable } from '../../text/printable.ts'
import { createCountdown, wholeSeconds } from './countdown.ts'
import type { StatusLine } from './status-line.ts'

/** Where a run stands: done so far in this phase, or a wait that has begun (and is over once `waitingUntil` is absent). */
export type ProgressEvent =
  | { readonly phase: string; readonly done: number; readonly total?: number; readonly pages: number }
  | { readonly waitingUntil?: Date }

export interface Progress {
  show(event: ProgressEvent): void
  /** Says how many pages the run takes, and how long that is expected to take: what the time left is counted down from. */
  expect(pages: number, ms: number): void
  /** Removes the line. */
  end(): void
}

const REDRAW_MS = 100
const BAR_CELLS = 20

interface Expected {
  readonly pages: number
  /** On the monotonic clock. */
  readonly endMs: number
}

/**
 * Keeps one line on the terminal up to date: phase, items of total, a bar of the whole run with the time left, or how long the rate limit holds it.
 *
 * Why one estimate: the pace of the first requests, before the limit is felt, would promise an end that the next minute takes back.
 */
export function createProgress(line: StatusLine, time: { readonly clock: Clock; readonly sleep: Sleep }): Progress {
  const { clock } = time
  const countdown = createCountdown(line, time)
  const startedMs = clock.monotonicMs()
  let phase = ''
  let text = ''
  let left = ''
  let drawnAt = -Infinity
  let expected: Expected | undefined
  const draw = (always: boolean): void => {
    const now = clock.monotonicMs()
    if (!always && now - drawnAt < REDRAW_MS) return
    drawnAt = now
    line.set(text + left)
  }
  return {
    expect(pages, ms) {
      expected = { pages, endMs: startedMs + ms }
    },
    show(event) {
      countdown.stop()
      if (!('phase' in event)) {
        if (event.waitingUntil) countdown.start(event.waitingUntil, text)
        else line.set(text + left)
        return
      }
      const isNewPhase = event.phase !== phase
      phase = event.phase
      text = describe(event) + barOf(event.pages, expected)
      left = leftOf(event.pages, expected, { startedMs, nowMs: clock.monotonicMs() })
      draw(isNewPhase)
    },
    end() {
      countdown.stop()
      line.set('')
    },
  }
}

type PhaseEvent = Extract<ProgressEvent, { phase: string }>

function describe({ phase, done, total, pages }: PhaseEvent): string {
  // A phase without pages, such as the writing of the file, has nothing to count.
  if (pages === 0) return printable(phase)
  return `${printable(phase)} ${total === undefined ? count(done) : `${count(done)} of ${count(total)}`}`
}

/** Of the whole run; nothing before its size is known, nor in what comes besides, such as repairs. */
function barOf(pages: number, expected: Expected | undefined): string {
  if (!expected || pages === 0 || pages > expected.pages) return ''
  const part = pages / expected.pages
  const full = Math.floor(part * BAR_CELLS)
  return `  ${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${Math.floor(part * 100)}%`
}

/** By what was expected, or by the pace so far where that is slower. */
function leftOf(
  pages: number,
  expected: Expected | undefined,
  { startedMs, nowMs }: { readonly startedMs: number; readonly nowMs: number },
): string {
  if (!expected || pages === 0 || pages >= expected.pages) return ''
  const byPaceMs = ((nowMs - startedMs) / pages) * (expected.pages - pages)
  const ms = Math.max(expected.endMs - nowMs, byPaceMs)
  return ms < 1000 ? '' : ` · ${wholeSeconds(ms)} left`
}

const count = (value: number): string => value.toLocaleString('en-US')
