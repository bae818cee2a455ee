import { ConnectorError, type Reason } from '../../../sdk/ground/errors.ts'
import type { GraphAnswer } from './graph-answer.ts'

/** Most of Graph's own words that a sentence quotes. */
const MOST_WORDS = 300

/** Application permissions that suffice for everything this source asks. */
export const PERMISSIONS = 'User.Read.All, GroupMember.Read.All and Application.Read.All'

/**
 * What an answer of Graph that is no success means.
 *
 * Errors: `unauthenticated` for 401, `permission-denied` for 403, `not-found` for 404, `invalid-argument` for another refusal, `unavailable` for what
 * may pass and for what cannot be understood.
 */
export function graphError(answer: GraphAnswer, operation: string): ConnectorError {
  const { status, host, errorCode } = answer
  const words = answer.errorText.replaceAll(/\s+/g, ' ').slice(0, MOST_WORDS)
  const said = errorCode === '' ? '' : `; it says ${errorCode}${words === '' ? '' : `: ${words}`}`
  const fail = (
    code: ConstructorParameters<typeof ConnectorError>[0],
    detail: string,
    reason: Reason = `http ${status}`,
  ) => new ConnectorError(code, operation, detail, undefined, reason)

  switch (status) {
    case 200:
      return fail(
        'unavailable',
        `${host} sent an answer that is cut off or of another form than Graph's`,
        'malformed answer',
      )
    case 401:
      return fail('unauthenticated', `${host} refused the token${said}`)
    case 403:
      return fail(
        'permission-denied',
        `${host} refused this to the application; it needs the application permissions ${PERMISSIONS} and admin consent${said}`,
      )
    case 404:
      return fail('not-found', `${host} has no such object${said}`)
    case 408:
      return fail('deadline-exceeded', `${host} gave up waiting for the request`)
    default:
      return status >= 500 || status < 400
        ? fail('unavailable', `${host} answered with HTTP ${status}${said}`)
        : fail('invalid-argument', `${host} refused the request (HTTP ${status})${said}`)
  }
}
