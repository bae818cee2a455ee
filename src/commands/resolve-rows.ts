import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import type { ChangeContext } from './context.ts'
import type { Named } from './names/find.ts'
import type { NamedChange } from './named-change.ts'
import { findEnds } from './row-ends.ts'
import { findTerms } from './row-terms.ts'

/**
 * Finds the groups, roles, resources and principals that rows name, and the terms they ask for; each name is looked up once.
 *
 * Errors: `not-found` for names nobody has, `invalid-argument` for ambiguous or malformed ones, `failed-precondition` for a principal that is
 * no user; each is listed, with its line where the rows come from a file, and where they differ the code is `invalid-argument`.
 */
export async function resolveRows(
  rows: readonly ChangeRow[],
  { references, reporter, config, ambient }: Pick<ChangeContext, 'references' | 'reporter' | 'config' | 'ambient'>,
): Promise<readonly NamedChange[]> {
  const endsOf = await findEnds(rows, references)
  const termsOf = await findTerms(rows, references, ambient.clock.now())
  const problems: Problem[] = []
  const changes: NamedChange[] = []
  for (const row of rows) {
    const { operation, line } = row
    const { slug, target, principal } = endsOf(row)
    const terms = termsOf(row)
    if (ConnectorError.is(target)) problems.push({ row, line: row.onlyUser === true ? undefined : line, error: target })
    if (ConnectorError.is(principal)) problems.push({ row, line, error: principal })
    if (ConnectorError.is(terms)) problems.push({ row, line, error: terms })
    if (isNamed(target) && isNamed(principal) && !ConnectorError.is(terms))
      changes.push({
        ...{ operation, slug, target, principal },
        ...(terms && { terms }),
        ...(line !== undefined && { line }),
      })
  }
  const [first] = problems
  if (!first) return changes
  if (config.output === 'json') tellEach(rows, new Map(problems.map(({ row, error }) => [row, error])), reporter)
  throw refusalOf(first, problems)
}

interface Problem {
  readonly row: ChangeRow
  readonly error: ConnectorError
  /** Of what stands in a file. */
  readonly line?: number | undefined
}

/** One error for all that is wrong; what is wrong with a single word of the command line is told as it is. */
function refusalOf(first: Problem, problems: readonly Problem[]): ConnectorError {
  const errors = new Set(problems.map(({ error }) => error))
  if (errors.size === 1 && first.line === undefined) return first.error
  const code = problems.every(({ error }) => error.code === first.error.code) ? first.error.code : 'invalid-argument'
  const sentence = (words: (error: ConnectorError) => string): string => {
    // One line, or one word, may stand for several changes.
    const lines = new Set(
      problems.map(({ line, error }) => `${line === undefined ? '' : `line ${line}: `}${words(error)}`),
    )
    return [`${lines.size} ${lines.size === 1 ? 'problem' : 'problems'}, nothing was sent`, ...lines].join('\n  ')
  }
  const [detail, inFull] = [sentence((error) => error.detail), sentence((error) => error.inFull)]
  return new ConnectorError(code, 'find', detail, first.error, undefined, inFull)
}

/** For programs: what became of each row, though nothing was sent. */
function tellEach(
  rows: readonly ChangeRow[],
  problems: ReadonlyMap<ChangeRow, ConnectorError>,
  reporter: ChangeContext['reporter'],
): void {
  for (const row of rows) {
    const { operation, target, user, line } = row
    const error = problems.get(row)
    reporter.tell({
      operation,
      asked: { target, user },
      ...(line !== undefined && { line }),
      outcome: error ? 'refused' : 'not-attempted',
      ...(error && { error }),
    })
  }
}

const isNamed = (found: Named | ConnectorError | undefined): found is Named =>
  found !== undefined && !ConnectorError.is(found)
