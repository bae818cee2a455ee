import type { ConnectorError } from '../ground/errors.ts'
import { printable } from './printable.ts'

/** What a person is told: the message alone, below it stack and causes where they were asked for. */
export function errorText(error: ConnectorError, withStack: boolean): string {
  // A sentence may quote names and answers of others.
  const message = error.fullMessage.split('\n').map(printable).join('\n')
  return withStack ? [message, ...traces(error)].join('\n') : message
}

/** Stack of the error and of each of its causes. */
export function traces(error: unknown): readonly string[] {
  const found: string[] = []
  const seen = new Set<unknown>()
  for (let cause = error; cause !== undefined && cause !== null && !seen.has(cause);) {
    seen.add(cause)
    found.push(
      cause instanceof Error
        ? (cause.stack ?? cause.message)
        : typeof cause === 'string'
          ? cause
          : 'cause that is no error',
    )
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return found
}
