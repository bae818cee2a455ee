import { ConnectorError, type ErrorCode, isTlsFault, type Reason } from '../../sdk/ground/errors.ts'
import { isOfTheWay } from '../../sdk/http/network-error.ts'
import { neverReached } from '../../sdk/pacing/send-or-look.ts'
import { refusalWords, scimTypeOf } from './answers.ts'

/** What a server answered, and to what. */
export interface ScimAnswer {
  readonly status: number
  /** Parsed JSON; `undefined` without a body. */
  readonly body: unknown
  readonly location: string | undefined
  /** Of the resource in the body, as the header has it. */
  readonly etag?: string | undefined
  readonly host: string
  readonly operation: string
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unimplemented',
  408: 'deadline-exceeded',
  412: 'aborted',
  501: 'unimplemented',
}

/** Some servers say with another status than 409 that a value is taken. Source: RFC 7644 §3.12. */
export const isTaken = ({ status, body }: ScimAnswer): boolean =>
  status === 409 || ((status === 400 || status === 422) && scimTypeOf(body) === 'uniqueness')

const codeOf = (status: number): ErrorCode =>
  CODES[status] ??
  (status >= 500 ? 'unavailable' : status >= 300 && status < 400 ? 'failed-precondition' : 'invalid-argument')

function sentenceFor(answer: ScimAnswer): string {
  const { status, host, location } = answer
  if (status >= 300 && status < 400)
    return isWithin(host, location)
      ? `${host} only redirects this request (${status}); check the target's url`
      : `${host} redirects to ${shortLocation(location)} (${status}); the token was not sent there; check the target's url`
  if (status === 401)
    return `${host} refused the token (401): it is wrong, or a newer one has replaced it; for Twingate make one under Settings > Identity Provider > Regenerate SCIM Token`
  if (status === 403) return `${host} does not let this token do that (403)`
  if (status === 404) return `${host} has nothing at this address (404)`
  if (isTaken(answer)) return `${host} says that it is there already (${status})`
  if (status === 412) return `${host} holds a newer version than the one that was read (412)`
  if (status === 405 || status === 501) return `${host} does not offer this (${status})`
  if (status >= 500) return `${host} failed (${status})`
  return `${host} refused the request (${status})`
}

const isWithin = (host: string, location: string | undefined): boolean =>
  location !== undefined && (!URL.canParse(location) || new URL(location).host === host)

/** Host and path; a query may hold anything. */
function shortLocation(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return 'another address'
  const { host, pathname } = new URL(location)
  return `${host}${pathname}`
}

/**
 * The error for an answer that is no success, with the server's own words; its reason is `http` and the status, or `answer-lost` for 408, 502 and 504.
 *
 * Shape: `invalid-argument` unless the status says more: 401 `unauthenticated`, 403 `permission-denied`, 404 `not-found`, 405 and 501
 * `unimplemented`, 409 and `uniqueness` `already-exists`, 412 `aborted`, 3xx `failed-precondition`, 408 `deadline-exceeded`, other 5xx `unavailable`.
 */
export function refusal(answer: ScimAnswer): ConnectorError {
  const words = refusalWords(answer.body)
  const detail = `${sentenceFor(answer)}${words === undefined ? '' : `; it says: ${words}`}`
  // A gateway gave up on a request that may still be worked on.
  const reason: Reason = [408, 502, 504].includes(answer.status) ? 'answer-lost' : `http ${answer.status}`
  return new ConnectorError(
    isTaken(answer) ? 'already-exists' : codeOf(answer.status),
    answer.operation,
    detail,
    undefined,
    reason,
  )
}

/** An answer that is no JSON, or not what was asked for. */
export const malformedAnswer = (host: string, operation: string, isWebPage: boolean, cause?: unknown): ConnectorError =>
  new ConnectorError(
    'unavailable',
    operation,
    isWebPage
      ? `${host} answered with a web page, not with SCIM; check the target's url, and that no sign-in page or proxy stands in between`
      : `${host} sent an answer that is cut off or is no SCIM`,
    cause,
    'malformed answer',
  )

/** A name or certificate is looked at before anything is sent; a fault of TLS may come at any time. */
const isBeforeSending = (error: ConnectorError): boolean =>
  neverReached(error) || (isOfTheWay(error) && !isTlsFault(error.reason))

/**
 * The failure of a write, as far as it tells whether the server may have made the change: reason `answer-lost` where it may.
 *
 * Why: a create that is repeated may make a second object.
 */
export function lostAnswer(caught: unknown, operation: string): ConnectorError {
  const error = ConnectorError.from(caught, operation)
  if (isBeforeSending(error)) return error
  const detail = `${error.detail}; it is unknown whether the change was made`
  return error.with({ operation, detail, reason: 'answer-lost' })
}
