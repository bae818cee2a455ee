import type { SourceTraffic } from '../../contract/traffic.ts'
import type { ResourceId } from '../../model/model.ts'
import { formatDuration } from '../../text/duration.ts'
import type { Io } from '../io.ts'
import type { Ambient } from '../ambient.ts'
import { changeJson, type ChangeLine, changeText, whatOf, whoOf } from './change-line.ts'
import { createTotals } from './totals.ts'

/** A resource whose rows in a snapshot may be out of date; with `holder`, only in that this one holds its entitlement or does not. */
export interface Touched {
  readonly resource: ResourceId
  readonly holder?: ResourceId
}

/** Tells each change as soon as its outcome is certain, and keeps the count. */
export interface Reporter {
  tell(line: ChangeLine): void
  /** Says which lines may come, so that a terminal shows them in columns. */
  expect(lines: readonly Pick<ChangeLine, 'name' | 'resource' | 'entitlement' | 'operation'>[]): void
  /** Remembers what a snapshot has to be brought up to date in; `changed` says that this run made the change. */
  touched(place: Touched, changed: boolean): void
  /** What was touched so far, in order. */
  readonly places: readonly Touched[]
  /** Whether this run changed anything so far. */
  readonly changed: boolean
  /** Writes the last line, on stderr: how many of each outcome, and what it took. Nothing where nothing was told. */
  summarize(): void
}

export interface ReporterOptions {
  readonly output: 'table' | 'json'
  /** Ends the last line with how much is given, taken and changed. */
  readonly withTotals: boolean
  readonly paint: Ambient['paint']
  readonly traffic: () => SourceTraffic
}

/** No column is wider; a longer text moves its line alone. */
const WIDEST = 48

export function createReporter(io: Io, { output, withTotals, paint, traffic }: ReporterOptions): Reporter {
  const totals = createTotals()
  let widths = { who: 0, what: 0 }
  const outcomes = new Map<string, number>()
  const places: Touched[] = []
  let anything = false
  return {
    tell(line) {
      outcomes.set(line.outcome, (outcomes.get(line.outcome) ?? 0) + 1)
      if (line.error) io.told.add(line.error)
      io.status.set('')
      totals.count(line)
      if (output === 'json') io.stdout.write(changeJson(line, traffic().requests))
      else io.stdout.write(changeText(line, io.stdout.isTTY === true ? { paint: paint.stdout, ...widths } : undefined))
    },
    expect(lines) {
      const widest = (texts: readonly string[]): number =>
        texts.reduce((most, { length }) => (length > WIDEST ? most : Math.max(most, length)), 0)
      widths = { who: widest(lines.map(whoOf)), what: widest(lines.map(whatOf)) }
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
      if (outcomes.size === 0) return
      io.stderr.write(`${summaryLine(outcomes, traffic())}${withTotals ? `; ${totals.text(paint.stderr)}` : ''}\n`)
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
