import { ConnectorError } from '../../sdk/ground/errors.ts'

/** What sending an operation came to, before anybody looked. */
export type Outcome =
  /** `cut`: it was created without some values, which were refused. */
  | { readonly kind: 'answered'; readonly cut?: boolean }
  /** It may have been made or not. */
  | { readonly kind: 'doubtful'; readonly error: ConnectorError }
  /** The object that was to be changed does not exist. */
  | { readonly kind: 'vanished'; readonly error: ConnectorError }
  /** Another object stands in the way. */
  | { readonly kind: 'conflict'; readonly error: ConnectorError }
  | { readonly kind: 'refused'; readonly error: ConnectorError }

/** An operation that was sent, and what came of it. */
export interface Sent {
  readonly id: number
  /** Number of the source object that it is about. */
  readonly source: number
  readonly outcome: Outcome
}

/** So many failures of the way to the target in a row end the cycle. */
const MOST_IN_A_ROW = 10

/** Tells what a failed write means. */
export class Outcomes {
  #inARow = 0

  answered({ cut = false }: { readonly cut?: boolean } = {}): Outcome {
    this.#inARow = 0
    return { kind: 'answered', cut }
  }

  /** Errors: those that end the cycle: the token is refused, the target cannot be reached, the run was stopped. */
  failed(caught: unknown): Outcome {
    const error = ConnectorError.from(caught, 'write to the target')
    switch (error.code) {
      case 'unauthenticated':
      case 'permission-denied':
      case 'canceled':
      case 'internal':
        throw error
      case 'unavailable':
      case 'deadline-exceeded':
        this.#inARow++
        if (this.#inARow >= MOST_IN_A_ROW) throw error
        return { kind: 'doubtful', error }
      case 'aborted':
        return { kind: 'doubtful', error }
      default:
        this.#inARow = 0
        if (error.reason === 'answer-lost') return { kind: 'doubtful', error }
        if (error.code === 'not-found') return { kind: 'vanished', error }
        return { kind: error.code === 'already-exists' ? 'conflict' : 'refused', error }
    }
  }
}

/** Codes of provisioning logs, see docs/decisions/0010-scim.md. */
export function logCode({ code, reason }: ConnectorError): string {
  if (reason === 'http 429' || code === 'resource-exhausted') return 'TooManyRequests'
  const known: Partial<Record<typeof code, string>> = {
    'already-exists': 'EntryConflict',
    'deadline-exceeded': 'Timeout',
    'not-found': 'InvalidAnchor',
    'permission-denied': 'InsufficientRights',
    unauthenticated: 'Unauthorized',
    unavailable: 'InternalServerError',
    unimplemented: 'NotImplemented',
    'invalid-argument': 'UnprocessableEntity',
  }
  return known[code] ?? 'InternalError'
}
