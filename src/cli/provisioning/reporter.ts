import type { TwingateClient } from '../../connector/client.ts'
import type { ResourceId } from '../../sdk/model.ts'
import { formatDuration } from '../output/duration.ts'
import type { Io } from '../program.ts'
import { changeJson, type ChangeLine, changeText } from './change-line.ts'

/** Tells each change as soon as its outcome is certain, and keeps the count. */
export interface Reporter {
  tell(line: ChangeLine): void
  /** Remembers that something was changed, with what a sync would have to read again. */
  touched(resources: readonly ResourceId[]): void
  /** Resources changed so far, each once. */
  readonly changed: readonly ResourceId[]
  /** Writes the last line, on stderr: how many of each outcome, and what it took. Nothing where nothing was told. */
  summarize(): void
}

export function createReporter(io: Io, output: 'table' | 'json', traffic: TwingateClient['traffic']): Reporter {
  const outcomes = new Map<string, number>()
  const changed = new Map<string, ResourceId>()
  return {
    tell(line) {
      outcomes.set(line.outcome, (outcomes.get(line.outcome) ?? 0) + 1)
      io.status.set('')
      io.stdout.write(output === 'json' ? changeJson(line, traffic().requests) : changeText(line))
    },
    touched(resources) {
      for (const resource of resources) changed.set(`${resource.type} ${resource.id}`, resource)
    },
    get changed() {
      return [...changed.values()]
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
