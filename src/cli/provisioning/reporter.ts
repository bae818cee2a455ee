import type { TwingateClient } from '../../connector/client.ts'
import type { ResourceId } from '../../sdk/model.ts'
import { formatDuration } from '../../sdk/format-duration.ts'
import type { Io } from '../program.ts'
import { changeJson, type ChangeLine, changeText } from './change-line.ts'

/** A resource whose rows in a snapshot may be out of date; with `holder`, only in that this one holds its entitlement or does not. */
export interface Touched {
  readonly resource: ResourceId
  readonly holder?: ResourceId
}

/** Tells each change as soon as its outcome is certain, and keeps the count. */
export interface Reporter {
  tell(line: ChangeLine): void
  /** Remembers what a snapshot has to be brought up to date in; `changed` says that this run made the change. */
  touched(place: Touched, changed: boolean): void
  /** What was touched so far, in order. */
  readonly places: readonly Touched[]
  /** Whether this run changed anything so far. */
  readonly changed: boolean
  /** Writes the last line, on stderr: how many of each outcome, and what it took. Nothing where nothing was told. */
  summarize(): void
}

export function createReporter(io: Io, output: 'table' | 'json', traffic: TwingateClient['traffic']): Reporter {
  const outcomes = new Map<string, number>()
  const places: Touched[] = []
  let anything = false
  return {
    tell(line) {
      outcomes.set(line.outcome, (outcomes.get(line.outcome) ?? 0) + 1)
      if (line.error) io.told.add(line.error)
      io.status.set('')
      io.stdout.write(output === 'json' ? changeJson(line, traffic().requests) : changeText(line))
    },
    touched(place, changed) {
      places.push(place)
      anything ||= changed
    },
    places,
    get changed() {
      return anything
    },
    summarize() {
      io.status.set('')
      if (outcomes.size > 0) io.stderr.write(`${summaryLine(outcomes, traffic())}\n`)
    },
  }
}

/** `3 granted, 1 already-granted; 2 requests, waited 12 s for the rate limit`. */
export function summaryLine(
  outcomes: ReadonlyMap<string, number>,
  { requests, waitedMs }: { readonly requests: number; readonly waitedMs: number },
): string {
  const counts = [...outcomes].map(([outcome, count]) => `${count.toLocaleString('en-US')} ${outcome}`).join(', ')
  const waits = waitedMs > 0 ? `, waited ${formatDuration(waitedMs)} for the rate limit` : ''
  return `${counts}; ${requests.toLocaleString('en-US')} ${requests === 1 ? 'request' : 'requests'}${waits}`
}
