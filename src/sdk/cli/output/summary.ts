import { styleText } from 'node:util'
import type { SyncSummary } from '../../sync/summary.ts'
import { formatDuration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import { alignedLines } from './aligned-lines.ts'

/** Makes headings bold where the stream shows it. */
export type Style = (text: string) => string

/** Asks the stream and the environment: bold on a terminal, plain with `NO_COLOR` or in a pipe. */
export const styleFor =
  (stream: NodeJS.WriteStream): Style =>
  (text) =>
    styleText('bold', text, { stream })

/** One JSON object on one line. Its keys are a public format; units are in their names. */
export const summaryJson = (summary: SyncSummary): string => `${JSON.stringify(summary)}\n`

/** A table of counts by type and below it what the run took. */
export function summaryTable(summary: SyncSummary, style: Style = (text) => text): string {
  const lines = [...countLines(summary, style), '', ...factLines(summary, style)]
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function countLines({ counts }: SyncSummary, style: Style): readonly string[] {
  const { resources, entitlements, grants } = counts
  const types = [...new Set([resources, entitlements, grants].flatMap((table) => Object.keys(table)))].sort()
  const row = (type: string): readonly string[] => [
    printable(type),
    ...[resources, entitlements, grants].map((table) => number(table[type] ?? 0)),
  ]
  const total = [resources, entitlements, grants].map((table) => number(sum(Object.values(table))))
  const rows = [['type', 'resources', 'entitlements', 'grants'], ...types.map(row), ['total', ...total]]
  return alignedLines(rows, (column) => column > 0, style)
}

function factLines(summary: SyncSummary, style: Style): readonly string[] {
  const { waits, retries, repairs, warnings } = summary
  const facts: readonly (readonly [string, string])[] = [
    ['sync', `${summary.syncId} (${summary.syncType}${summary.resumed ? ', resumed' : ''})`],
    ['file', `${printable(summary.file)}, ${formatBytes(summary.bytes)}`],
    ...(summary.expandedGrants
      ? [['expanded', `${number(summary.expandedGrants)} grants that follow from these`] as const]
      : []),
    ['duration', formatDuration(summary.durationMs)],
    ['requests', number(summary.requests)],
    [
      'waits',
      waits.map(({ count, ms, cause }) => `${number(count)} for the ${cause}, ${formatDuration(ms)}`).join('; '),
    ],
    ['retries', tally(retries)],
    ['repairs', tally(repairs)],
    ...warnings.map((warning) => ['warning', printable(warning)] as const),
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  return facts.map(([name, text]) => `${style(name.padEnd(width))}  ${text || 'none'}`)
}

/** `3 (HTTP 502: 2, timeout: 1)`, empty for nothing. */
function tally(byKind: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byKind).filter(([, times]) => times > 0)
  const parts = entries.map(([kind, times]) => `${printable(kind)}: ${number(times)}`).join(', ')
  return parts && `${number(sum(entries.map(([, times]) => times)))} (${parts})`
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const number = (value: number): string => value.toLocaleString('en-US')

/** `812 B`, `1.2 MB`; units of 1000. */
export function formatBytes(bytes: number): string {
  const unit = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3
  const value = bytes / 1000 ** unit
  return `${unit === 0 ? value : value.toFixed(1)} ${['B', 'kB', 'MB', 'GB'][unit]}`
}
