import { ConnectorError } from '../ground/errors.ts'
import type { Field } from './field.ts'
import { envNameOf, mayComeFrom } from './field.ts'

/** One thing that is wrong with how the program was called. */
export interface Problem {
  /** What it is about, for example `--workers (BATON_WORKERS)`. */
  readonly subject: string
  readonly text: string
}

/** The field's flag and variable, as users know it. */
export const subjectOf = (field: Field): string =>
  !mayComeFrom(field, 'flag')
    ? envNameOf(field)
    : mayComeFrom(field, 'env')
      ? `--${field.name} (${envNameOf(field)})`
      : `--${field.name}`

export const problemOf = (field: Field, text: string): Problem => ({ subject: subjectOf(field), text })

/** Does nothing for no problems. Errors: `invalid-argument` with one line for each problem, so that all can be mended at once. */
export function throwProblems(problems: readonly Problem[]): void {
  const lines = problems.map(({ subject, text }) => `${subject}: ${text}`)
  if (lines.length === 0) return
  const detail = lines.length === 1 ? lines.join('') : [`${lines.length} problems`, ...lines].join('\n  ')
  throw new ConnectorError('invalid-argument', 'configuration', detail)
}
