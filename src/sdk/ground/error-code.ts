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

/**
 * From the worst to the mildest: first what says that data is lost or the program is wrong, then what a person has to put right, then what may pass by
 * itself, last that somebody stopped it. Every code stands here once.
 */
export const WORST_FIRST = [
  ...['data-loss', 'internal', 'unimplemented'],
  ...['failed-precondition', 'aborted', 'unauthenticated', 'permission-denied', 'invalid-argument', 'not-found'],
  ...['already-exists', 'resource-exhausted'],
  ...['deadline-exceeded', 'unavailable'],
  'canceled',
] as const satisfies readonly ErrorCode[]

/** The worst of several codes; `undefined` for none. */
export const worstOf = (codes: readonly ErrorCode[]): ErrorCode | undefined =>
  WORST_FIRST.find((code) => codes.includes(code))
