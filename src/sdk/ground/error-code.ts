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
