import type { ErrorCode } from './error-code.ts'
import { programName } from './program-name.ts'
import { type Reason, systemReason } from './reason.ts'

export { ERROR_CODES, type ErrorCode, exitCodeOf, isRetryable, worstOf } from './error-code.ts'
export {
  httpStatusOf,
  isErrorAnswer,
  isOfTheAnswer,
  isRefusedChange,
  isServerFault,
  isTlsFault,
  namesPlace,
  type Reason,
} from './reason.ts'

const BRAND = Symbol.for('baton.ConnectorError')

/** System error codes of Node that mean the peer or the way to it failed, not the request. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ETIMEDOUT',
])

/** What may differ in an error made from another one. */
export interface ErrorParts {
  readonly code?: ErrorCode
  readonly operation?: string
  readonly detail?: string
  readonly reason?: Reason
  /** @default the error itself */
  readonly cause?: unknown
}

/**
 * The only error that crosses a module boundary.
 *
 * Shape: `message` is `baton-twingate: <operation>: <detail>`; `detail` is one sentence for the reader and never holds a secret.
 * Why: `cause` stays apart from the message so that it can be logged at debug level without reaching a peer.
 */
export class ConnectorError extends Error {
  readonly code: ErrorCode
  readonly operation: string
  readonly detail: string
  /** What went wrong below (`http 503`, `timeout`), for decisions and for counting retries by cause: one of a closed set, see `Reason`. */
  readonly reason: Reason
  readonly [BRAND] = true
  /** Private, so that nothing that writes out an error's fields finds it. */
  readonly #inFull: string

  constructor(
    code: ErrorCode,
    operation: string,
    detail: string,
    cause?: unknown,
    reason: Reason = code,
    inFull: string = detail,
  ) {
    super(messageOf(operation, detail), cause === undefined ? {} : { cause })
    this.name = 'ConnectorError'
    this.code = code
    this.operation = operation
    this.detail = detail
    this.reason = reason
    this.#inFull = inFull
  }

  /** The detail for the person who asked. It may name other people: near names, candidates. No log and no platform gets it. */
  get inFull(): string {
    return this.#inFull
  }

  /** `message` for whoever asked. */
  get fullMessage(): string {
    return messageOf(this.operation, this.#inFull)
  }

  /** The same error in other words, for whoever asked and for the log alike; its cause is this one. */
  reworded(words: (detail: string) => string): ConnectorError {
    return new ConnectorError(this.code, this.operation, words(this.detail), this, this.reason, words(this.#inFull))
  }

  /** The same error with more words, of another code or about another operation. Its reason stays unless given; its cause is this one. */
  with(more: ErrorParts): ConnectorError {
    const { code = this.code, operation = this.operation, detail = this.detail, reason = this.reason } = more
    return new ConnectorError(code, operation, detail, more.cause ?? this, reason)
  }

  /** Recognises the error across two loaded copies of this package. */
  static is(value: unknown): value is ConnectorError {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  /** Normalises anything caught: our own error as it is, aborts and timeouts by name, Node's network codes along the cause chain, the rest `internal`. */
  static from(value: unknown, operation: string): ConnectorError {
    if (ConnectorError.is(value)) return value
    for (const error of causes(value)) {
      if (ConnectorError.is(error)) return error
      if (error.name === 'AbortError') return new ConnectorError('canceled', operation, 'stopped on request', value)
      if (error.name === 'TimeoutError')
        return new ConnectorError('deadline-exceeded', operation, 'timed out', value, 'timeout')
      const code = 'code' in error ? String(error.code) : ''
      if (NETWORK_CODES.has(code))
        return new ConnectorError('unavailable', operation, `connection failed (${code})`, value, systemReason(code))
      if (code === 'ENOSPC')
        return new ConnectorError('resource-exhausted', operation, 'no space left on the disk', value)
    }
    const detail = value instanceof Error ? value.message : String(value)
    return new ConnectorError('internal', operation, `unexpected failure: ${detail}`, value)
  }
}

const messageOf = (operation: string, detail: string): string => `${programName().program}: ${operation}: ${detail}`

function* causes(value: unknown): Generator<Error> {
  const seen = new Set<unknown>()
  for (let error = value; error instanceof Error && !seen.has(error); error = error.cause) {
    seen.add(error)
    yield error
  }
}
