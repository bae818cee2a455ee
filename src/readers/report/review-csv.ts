import type { CommandOutput } from '../../sdk/cli/command.ts'
import { inPieces } from '../../sdk/cli/output/in-pieces.ts'
import { csvLine } from '../output/csv-line.ts'
import type { Chart } from './charts.ts'
import { bidOf, type Review, type ReviewRow, sayHeldThing } from './review.ts'

/** Columns of a review, as its page exports them, too. `apply` reads `decision`, `target` and `user`. */
export const REVIEW_COLUMNS = [
  'decision',
  'reviewer',
  'date',
  'note',
  'who',
  'email',
  'status',
  'last login',
  'holds',
  'opens',
  'until',
  'crown jewel',
  'target',
  'user',
  'entitlement',
] as const

/** The review as CSV, with the four first columns for whoever decides. */
export function writeReviewCsv(output: CommandOutput, { rows }: Review): void {
  const pieces = inPieces(output)
  pieces.write(csvLine(REVIEW_COLUMNS))
  for (const row of rows) pieces.write(csvLine(['', '', '', '', ...cellsOf(row)]))
  pieces.end()
}

const cellsOf = ({ principal, entitlement, until }: ReviewRow): readonly string[] => [
  principal.name,
  principal.email,
  principal.status,
  principal.lastLoginAt?.toISOString() ?? '',
  sayHeldThing(entitlement),
  entitlement.opens.map(({ name }) => name).join('; '),
  until?.toISOString() ?? '',
  entitlement.isJewel ? 'yes' : '',
  bidOf(entitlement.on),
  bidOf(principal),
  entitlement.slug,
]

/** The numbers of the charts as CSV. */
export function writeChartsCsv(output: CommandOutput, charts: readonly Chart[]): void {
  output.write(csvLine(['chart', 'label', 'series', 'value']))
  for (const { title, labels, series } of charts)
    for (const [i, label] of labels.entries())
      for (const { name, values } of series) output.write(csvLine([title, label, name, String(values[i] ?? 0)]))
}
