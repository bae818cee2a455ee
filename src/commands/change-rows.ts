import { parseJsonObject } from '../sdk/settings/one-shot-fields.ts'
import { didYouMean } from '../sdk/text/suggest.ts'
import { codingProblem } from '../sdk/cli/changes/coding-problem.ts'
import { readCsv } from '../sdk/cli/changes/csv.ts'
import type { TermTexts } from './grant-terms.ts'
import type { LineProblem } from './named-file.ts'

export const OPERATIONS = ['grant', 'revoke', 'role'] as const

export type RowOperation = (typeof OPERATIONS)[number]

/** A change as it was asked for, before anything in it is looked up. */
export interface ChangeRow {
  readonly operation: RowOperation
  /** A group or a resource, or for `role` a role, in the user's words; blanks around it may belong to the name. */
  readonly target: string
  /** A user; for a resource a group or a service account. */
  readonly user: string
  /** Where it stands in a file, from 1. */
  readonly line?: number
  /** Whether the file names the user alone, and the target came with the command. @default false */
  readonly onlyUser?: boolean
  /** Terms of the access to a resource. @default none are asked for */
  readonly terms?: TermTexts
}

export interface ChangeRows {
  readonly rows: readonly ChangeRow[]
  readonly problems: readonly LineProblem[]
  /** Of a file of decisions: how many rows decide to keep, or nothing yet. */
  readonly kept?: number
}

/** What an access review decides. Source: `report`, whose page and CSV have the column `decision` in place of `operation`. */
const DECISIONS = ['revoke', 'keep'] as const

const COLUMNS = ['operation', 'target', 'user'] as const

/** Another name of the last of them: whoever reaches a resource is no user. */
const PRINCIPAL = 'principal'

/** May be left out, each for itself. */
const TERM_COLUMNS = { until: 'until', for: 'for', auto_lock: 'autoLock', policy: 'policy' } as const

type Cells = Partial<Readonly<Record<string, unknown>>>

/** Reads csv or ndjson, told apart by the first character. Every line with a problem is named. */
export function readChangeRows(text: string): ChangeRows {
  const coding = codingProblem(text)
  if (coding) return { rows: [], problems: [coding] }
  const isJson = /^[\uFEFF\s]*\{/.test(text)
  const { lines: all, problems } = isJson ? jsonLines(text) : csvLines(text)
  const isDecided = all.some(({ cells }) => cells['operation'] === undefined && cells['decision'] !== undefined)
  const lines = isDecided ? all.filter(({ cells }) => !isKept(cells)) : all
  const judged = lines.map(({ line, cells }) => (isDecided ? decisionOf(line, cells) : rowOf(line, cells)))
  return {
    ...(isDecided && { kept: all.length - lines.length }),
    rows: judged.flatMap((row) => ('text' in row ? [] : [row])),
    problems: [...problems, ...judged.flatMap((row) => ('text' in row ? [row] : []))].sort((a, b) => a.line - b.line),
  }
}

interface Lines {
  readonly lines: readonly { readonly line: number; readonly cells: Cells }[]
  readonly problems: readonly LineProblem[]
}

function jsonLines(text: string): Lines {
  const lines: { line: number; cells: Cells }[] = []
  const problems: LineProblem[] = []
  for (const [i, source] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (source.trim() === '') continue
    const cells = parseJsonObject(source)
    if (cells) lines.push({ line: i + 1, cells })
    else problems.push({ line: i + 1, text: 'is not a JSON object' })
  }
  return { lines, problems }
}

function csvLines(text: string): Lines {
  const { records, problem } = readCsv(text)
  const [head, ...rest] = records
  const problems = problem ? [problem] : []
  if (!head) return { lines: [], problems: problem ? problems : [{ line: 1, text: 'holds no changes' }] }
  const names = head.cells.map((cell) => cell.trim().toLowerCase())
  const isDecided = names.includes('decision') && !names.includes('operation')
  const columns = isDecided ? COLUMNS.map((column) => (column === 'operation' ? 'decision' : column)) : COLUMNS
  const missing = columns
    .filter((column) => column !== 'user' || !names.includes(PRINCIPAL))
    .filter((column) => !names.includes(column))
  if (missing.length > 0) {
    const wanted = `the header row must name the columns ${columns.join(', ')}; missing ${missing.join(', ')}`
    return { lines: [], problems: [{ line: head.line, text: wanted }, ...problems] }
  }
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) < i)
  if (twice !== undefined) {
    const kept = `the header row names the column ${twice} twice; keep one of them`
    return { lines: [], problems: [{ line: head.line, text: kept }, ...problems] }
  }
  const filled = rest.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  const lines = filled.map(({ line, cells }) => ({
    line,
    cells: cells.length === names.length ? Object.fromEntries(names.map((name, i) => [name, cells[i]])) : {},
    count: cells.length,
  }))
  return {
    lines: lines.filter(({ count }) => count === names.length),
    problems: [
      ...problems,
      ...lines
        .filter(({ count }) => count !== names.length)
        .map(({ line, count }) => ({ line, text: `has ${count} cells where the header row has ${names.length}` })),
    ],
  }
}

const decisionIn = ({ decision }: Cells): string => (typeof decision === 'string' ? decision.trim().toLowerCase() : '')

const isKept = (cells: Cells): boolean => ['', 'keep'].includes(decisionIn(cells))

function decisionOf(line: number, cells: Cells): ChangeRow | LineProblem {
  const decision = decisionIn(cells)
  // The columns of a review say until when access is, which are no terms here.
  const { target, user, [PRINCIPAL]: principal } = cells
  if (decision === 'revoke') return rowOf(line, { operation: 'revoke', target, user, [PRINCIPAL]: principal })
  const got = JSON.stringify(decision.slice(0, 40))
  return { line, text: `unknown decision ${got}; there are ${DECISIONS.join(', ')}${didYouMean(decision, DECISIONS)}` }
}

function rowOf(line: number, cells: Cells): ChangeRow | LineProblem {
  const [operation, target, named] = COLUMNS.map((column) => textOf(cells, column))
  const user = named?.trim() ? named : textOf(cells, PRINCIPAL)
  const wanted = operation?.trim().toLowerCase() ?? ''
  const known = OPERATIONS.find((name) => name === wanted)
  if (!known) {
    const got = JSON.stringify((operation ?? '').slice(0, 40))
    return {
      line,
      text: `unknown operation ${got}; there are ${OPERATIONS.join(', ')}${didYouMean(wanted, OPERATIONS)}`,
    }
  }
  if (!target?.trim()) return { line, text: `names no ${known === 'role' ? 'role' : 'group'} in the column target` }
  if (!user?.trim()) return { line, text: 'names no user in the column user' }
  const terms = termsOf(cells)
  if (terms && known !== 'grant')
    return { line, text: `a ${known} has no terms; empty ${Object.keys(TERM_COLUMNS).join(', ')}` }
  return { operation: known, target, user, line, ...(terms && { terms }) }
}

const textOf = (cells: Cells, column: string): string => {
  const cell = cells[column]
  return typeof cell === 'string' ? cell : ''
}

function termsOf(cells: Cells): TermTexts | undefined {
  const filled = Object.entries(TERM_COLUMNS).flatMap(([column, name]) => {
    const text = textOf(cells, column).trim()
    return text === '' ? [] : [[name, text] as const]
  })
  return filled.length > 0 ? Object.fromEntries(filled) : undefined
}
