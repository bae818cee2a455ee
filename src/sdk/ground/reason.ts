import type { ErrorCode } from './error-code.ts'

/** Reasons of our own: what went wrong below, in a word or two. */
type NamedReason =
  | 'answer-lost'
  | 'connect timeout'
  | 'connection failed'
  | 'connection lost'
  | 'connection reset'
  | 'declined'
  | 'graphql errors'
  | 'malformed answer'
  | 'moved'
  | 'no end'
  | 'no scim'
  | 'proxy'
  | 'rate limit'
  | 'refused'
  | 'refused place'
  | 'resync'
  | 'source gave nothing'
  | 'timeout'
  | 'too large'
  | 'too much'
  | 'unshown field'
  | 'watermark-expired'

const SYSTEM_CODES = [
  ...['EAI_AGAIN', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EPIPE'],
  ...['EPROTO', 'ETIMEDOUT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
] as const
type SystemCode = (typeof SYSTEM_CODES)[number] | `ERR_SSL${string}`

/** Statuses of gRPC, as the protocol names them. */
const GRPC_STATUSES = [
  ...['CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED'],
  ...['NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED'],
  ...['FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
] as const
type GrpcStatus = (typeof GRPC_STATUSES)[number]

/** The name of a gRPC status as a reason; `undefined` for what is none. */
export const grpcReason = (name: string | undefined): GrpcStatus | undefined =>
  GRPC_STATUSES.find((known) => known === name)

/**
 * What went wrong below an error, for decisions and for counting retries by cause. The set is closed: a cause that is none of these is the code
 * of the error itself. No decision rests on the words of a sentence.
 */
export type Reason =
  NamedReason | SystemCode | `http ${number}` | `ldap ${number}` | `status ${number}` | GrpcStatus | ErrorCode

/** A system error code of Node as a reason; `undefined` for one that says nothing to this program. */
export const systemReason = (code: string): SystemCode | undefined => (isSystemCode(code) ? code : undefined)

const isSystemCode = (code: string): code is SystemCode =>
  SYSTEM_CODES.some((known) => known === code) || code.startsWith('ERR_SSL')

/** The HTTP status that a reason is; `undefined` for every other one. */
export const httpStatusOf = (reason: Reason): number | undefined =>
  reason.startsWith('http ') ? Number(reason.slice('http '.length)) : undefined

/** Whether a server or a gateway before it failed, as an HTTP status says. */
export const isServerFault = (reason: Reason): boolean => (httpStatusOf(reason) ?? 0) >= 500

/** Whether an answer came and is of no use, so that few attempts tell whether the next one is. */
export const isOfTheAnswer = (reason: Reason): boolean =>
  reason === 'malformed answer' || reason === 'too much' || isErrorAnswer(reason) || namesPlace(reason)

/** Whether the answer was an array of errors, of the whole or of a place inside it. */
export const isErrorAnswer = (reason: Reason): boolean => reason === 'graphql errors' || reason === 'refused place'

/** Whether an answer names the place in it that failed. No outage says the same of the same place twice. */
export const namesPlace = (reason: Reason): boolean => reason === 'refused place' || reason === 'unshown field'

/** Whether TLS failed for another cause than a certificate. */
export const isTlsFault = (reason: Reason): boolean => reason === 'EPROTO' || reason.startsWith('ERR_SSL')

/** Whether a server understood a change and refused it. */
export const isRefusedChange = (reason: Reason): boolean => reason === 'refused' || reason === 'too much'
