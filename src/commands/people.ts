import { readCsv, type CsvRecord } from '../sdk/cli/changes/csv.ts'
import { codingProblem } from '../sdk/cli/changes/coding-problem.ts'
import type { LineProblem } from './named-file.ts'

/** A person by the address in one line of a file. */
export interface Person {
  readonly email: string
  readonly line: number
}

export interface People {
  /** Each address once, in the order of the file. */
  readonly people: readonly Person[]
  readonly problems: readonly LineProblem[]
}

/**
 * Reads the people of a file with a header, as it comes out of a spreadsheet or a personnel system: only the column with the e-mail address counts.
 *
 * Shape: the column is the one whose name mentions e-mail; of several, the one whose name says nothing else. Blanks around an address are left out.
 * Every line with a problem is named.
 */
export function readPeople(text: string): People {
  const coding = codingProblem(text)
  if (coding) return { people: [], problems: [coding] }
  const { records, problem } = readCsv(text)
  const broken = problem ? [problem] : []
  const [head, ...rest] = records
  if (!head) return { people: [], problems: problem ? broken : [{ line: 1, text: 'holds nobody' }] }
  const column = emailColumn(head.cells)
  if (typeof column === 'string') return { people: [], problems: [{ line: head.line, text: column }, ...broken] }
  const read = rest
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map((record) => personIn(record, column, head.cells.length))
  const people = new Map<string, Person>()
  for (const person of read)
    if ('email' in person && !people.has(person.email.toLowerCase())) people.set(person.email.toLowerCase(), person)
  const problems = [...read.flatMap((row) => ('text' in row ? [row] : [])), ...broken]
  const isEmpty = people.size === 0 && problems.length === 0
  return {
    people: [...people.values()],
    problems: isEmpty ? [{ line: head.line, text: 'names columns, but has no rows below it' }] : problems,
  }
}

/** Index of the column, or why there is none. */
function emailColumn(header: readonly string[]): number | string {
  const names = header.map(letters)
  const like = names.flatMap((name, i) => (name.includes('mail') ? [i] : []))
  const exact = like.filter((i) => EXACT.has(names[i] ?? ''))
  const [found, ...others] = exact.length > 0 ? exact : like
  const quote = (cells: readonly string[]): string => cells.map((cell) => JSON.stringify(cell.trim())).join(', ')
  if (found === undefined)
    return `the header row must name a column of e-mail addresses, for example email; it names ${quote(header)}`
  if (others.length > 0)
    return `the header row names several columns of e-mail addresses, ${quote([found, ...others].map((i) => header[i] ?? ''))}; rename the right one to email`
  return found
}

/** Column names that mean the e-mail address and nothing else. */
const EXACT: ReadonlySet<string> = new Set(['email', 'mail', 'emailaddress', 'mailaddress', 'emailadresse', 'emailid'])

/** `E-Mail Address` is `emailaddress`. */
const letters = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

function personIn({ line, cells }: CsvRecord, column: number, width: number): Person | LineProblem {
  if (cells.length !== width) return { line, text: `has ${cells.length} cells where the header row has ${width}` }
  const email = (cells[column] ?? '').trim()
  if (email === '') return { line, text: 'holds no e-mail address' }
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    return { line, text: `${JSON.stringify(email.slice(0, 80))} is no e-mail address` }
  return { email, line }
}
