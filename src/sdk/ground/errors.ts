import { programName } from './program-name.ts'

/** gRPC status numbers of the codes in use. Source: the gRPC status code table. */
const GRPC = {
  canceled: 1,
  'invalid-argument': 3,
  'deadline-exceeded': 4,
  'not-found': 5,
  'already-exists': 6,
  'permission-denied': 7,
  'resource-exhausted': 8,
  'failed-precondition': 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  'data-loss': 15,
  unauthenticated: 16,
} as const

/** The closed set of codes. The code alone decides retry, gRPC status and exit code; `docs/errors.md` lists who acts on each. */
export type ErrorCode = keyof typeof GRPC

export const ERROR_CODES = Object.keys(GRPC) as readonly ErrorCode[]

/** The process exit code equals the gRPC status number, as in the Go SDK (`pkg/exit/exit.go`). */
export const exitCodeOf = (code: ErrorCode): number => GRPC[code]

/** Codes that mean "nothing is wrong with the request, the same one may work later". */
export const isRetryable = (code: ErrorCode): boolean => code === 'unavailable' || code === 'deadline-exceeded'

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
  /** A short label of what went wrong below (`http 503`, `timeout`, `html page`), for counting retries by cause. */
  readonly reason: string
  readonly [BRAND] = true
  /** Private, so that nothing that writes out an error's fields finds it. */
  readonly #inFull: string

  constructor(
    code: ErrorCode,
    operation: string,
    detail: string,
    cause?: unknown,
    reason: string = code,
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

  /** The detail for whoever asked, who may be told of others: near names, candidates. No log and no platform gets it. */
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
        return new ConnectorError('unavailable', operation, `connection failed (${code})`, value, code)
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
