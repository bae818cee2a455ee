import { resolve } from 'node:path'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { filesUntil, isStop, whyUnreadable } from '../sdk/settings/files.ts'
import type { ChangeContext } from './context.ts'

/** Something wrong with one line of a file, from 1, as a sentence. */
export interface LineProblem {
  readonly line: number
  readonly text: string
}

/** The text of a file that a user named; `-` is standard input. Errors: `invalid-argument`; that of the signal. */
export async function readNamedFile(file: string, { ambient }: ChangeContext): Promise<string> {
  if (file === '-') return ambient.stdin()
  try {
    return await filesUntil(ambient.signal).readText(resolve(file))
  } catch (error) {
    if (isStop(error)) throw error
    throw new ConnectorError('invalid-argument', 'read changes', `the file ${file} ${whyUnreadable(error)}`, error)
  }
}

/** The error of a file that is refused as a whole; a program is told each line that is wrong. */
export function refusedFile(
  file: string,
  problems: readonly LineProblem[],
  { config, reporter, invocation }: ChangeContext,
): ConnectorError {
  const invalid = (detail: string, cause?: unknown) =>
    new ConnectorError('invalid-argument', 'read changes', detail, cause)
  const where = file === '-' ? 'standard input' : file
  const lines = problems.map(({ line, text }) => `line ${line}: ${text}`)
  const [cause] = problems.map(({ line, text }) => {
    const error = invalid(text)
    if (config.output === 'json')
      reporter.tell({ operation: invocation.command ?? 'change', line, outcome: 'refused', error })
    return error
  })
  return invalid([`${where}, nothing was sent`, ...lines].join('\n  '), cause)
}
