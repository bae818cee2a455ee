import { exitCodeOf } from '../../ground/errors.ts'
import type { SyncSummary } from '../../sync/summary.ts'
import { formatDuration } from '../../text/duration.ts'
import { printable } from '../../text/printable.ts'
import type { Validated } from '../commands/validate.ts'
import { alignedLines } from '../output/aligned-lines.ts'
import type { Style } from '../output/summary.ts'
import { exitCodeOfAll, type TenantOutcome } from './tenant-outcome.ts'

type Cells = readonly string[]

/** How results of one kind are told. */
export interface Telling<T> {
  /** The word for a tenant that is done, such as `synced`. */
  readonly word: string
  /** Headings of the columns behind the outcome. */
  readonly heads: Cells
  readonly cells: (result: T) => Cells
  /** Key and value in the JSON form. */
  readonly json: (result: T) => object
  /** Whole sentences below the table. */
  readonly warnings: (result: T) => readonly string[]
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)

const number = (value: number): string => value.toLocaleString('en-US')

export const SYNCED: Telling<SyncSummary> = {
  word: 'synced',
  heads: ['resources', 'grants', 'requests', 'duration', 'file'],
  cells: ({ counts, requests, durationMs, file }) => [
    number(sum(counts.resources)),
    number(sum(counts.grants)),
    number(requests),
    formatDuration(durationMs),
    file,
  ],
  json: (sync) => ({ sync }),
  warnings: ({ warnings }) => warnings,
}

export const VALID: Telling<Validated> = {
  word: 'valid',
  heads: ['network', 'host', 'requests'],
  cells: ({ network, url, requests }) => [network, new URL(url).host, number(requests)],
  json: (valid) => ({ valid }),
  warnings: () => [],
}

/** One JSON object on one line; its keys are a public format. */
export function tenantsJson<T>(outcomes: readonly TenantOutcome<T>[], telling: Telling<T>): string {
  const tenants = outcomes.map((one) =>
    one.outcome === 'done'
      ? { tenant: one.tenant, outcome: telling.word, exitCode: 0, ...telling.json(one.result) }
      : {
          tenant: one.tenant,
          outcome: one.outcome,
          exitCode: exitCodeOf(one.error.code),
          error: { code: one.error.code, operation: one.error.operation, message: one.error.inFull },
        },
  )
  return `${JSON.stringify({ tenants, ...countsOf(outcomes, telling), exitCode: exitCodeOfAll(outcomes) })}\n`
}

/** A row for each tenant, below it why some failed and what is to be known of the others, and how many there are. */
export function tenantsTable<T>(
  outcomes: readonly TenantOutcome<T>[],
  telling: Telling<T>,
  style: Style = (text) => text,
): string {
  const rows = outcomes.map((one): Cells => [
    one.tenant,
    ...(one.outcome === 'done' ? [telling.word, ...telling.cells(one.result)] : [one.outcome]),
  ])
  const notes = outcomes.flatMap((one) =>
    one.outcome === 'done'
      ? telling.warnings(one.result).map((text) => `${one.tenant}: warning: ${text}`)
      : [`${one.tenant}: exit code ${exitCodeOf(one.error.code)}, ${one.error.operation}: ${one.error.inFull}`],
  )
  const heads = ['tenant', 'outcome', ...telling.heads]
  const table =
    outcomes.length === 0 ? [] : alignedLines([heads, ...rows], (column) => holdsNumbers(rows, column), style)
  const blocks = [table, notes, [sentence(outcomes, telling)]].filter((block) => block.length > 0)
  return `${blocks.map((block) => block.map((line) => printable(line).trimEnd()).join('\n')).join('\n\n')}\n`
}

function countsOf<T>(outcomes: readonly TenantOutcome<T>[], { word }: Telling<T>): Readonly<Record<string, number>> {
  const count = (outcome: TenantOutcome<T>['outcome']): number =>
    outcomes.filter((one) => one.outcome === outcome).length
  return { [word]: count('done'), failed: count('failed'), stopped: count('stopped') }
}

/** `3 tenants: 2 synced, 1 failed.` */
function sentence<T>(outcomes: readonly TenantOutcome<T>[], telling: Telling<T>): string {
  if (outcomes.length === 0) return 'This shard has no tenant.'
  const parts = Object.entries(countsOf(outcomes, telling)).flatMap(([word, count]) =>
    count === 0 ? [] : [`${number(count)} ${word}`],
  )
  return `${number(outcomes.length)} ${outcomes.length === 1 ? 'tenant' : 'tenants'}: ${parts.join(', ')}.`
}

/** Whether a column holds counts, which a row that failed leaves out. */
const holdsNumbers = (rows: readonly Cells[], column: number): boolean =>
  rows.some((cells) => /^[\d,]+$/.test(cells[column] ?? ''))
