import { PresenceFilter } from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { retrying, type RetryPolicy } from '../../../sdk/pacing/retry.ts'
import type { SourceCall } from '../../source.ts'
import { type LdapAddress, LdapConnection, type LdapTimes } from './connection.ts'
import { RESULT, resultText } from './result-code.ts'

export interface SessionParts {
  readonly address: LdapAddress
  readonly times: LdapTimes
  readonly retry: RetryPolicy
  readonly bindDn: string | undefined
  /** Read for each connection, so that the password can be exchanged while the program runs. */
  readonly password: () => Promise<string>
  readonly canary: { readonly dn: string; readonly attribute: string } | undefined
}

const OPERATION = 'sign in to the directory'

/** A connection that is signed in, and who the server takes us for. */
export interface Session {
  readonly connection: LdapConnection
  /** `undefined` where the server cannot say. */
  readonly who: string | undefined
}

/**
 * Connects and signs in, again after failures that may pass.
 *
 * Errors: `unauthenticated` for a name or password that is refused or that the server passes over, `failed-precondition` where it asks for TLS; those
 * of the connection.
 */
export const openSession = (parts: SessionParts, call: SourceCall): Promise<Session> =>
  retrying(() => openOnce(parts, call.signal), {
    policy: parts.retry,
    operation: OPERATION,
    signal: call.signal,
    onRetry: ({ error, attempt, waitMs }) =>
      call.log.warn('the directory cannot be reached, the program connects again', {
        reason: error.reason,
        attempt,
        wait_ms: Math.round(waitMs),
      }),
  })

async function openOnce(parts: SessionParts, signal: AbortSignal): Promise<Session> {
  const { address, times, bindDn } = parts
  const connection = await LdapConnection.open(address, times, signal)
  try {
    if (bindDn !== undefined) {
      const { code, message } = await connection.bind(bindDn, await parts.password())
      if (code !== RESULT.success) throw bindError(code, message, parts)
    }
    const { code, who } = await connection.whoAmI()
    const known = code === RESULT.success ? who : undefined
    if (bindDn !== undefined && known === '') throw nobody(bindDn)
    return { connection, who: known }
  } catch (error) {
    connection.close()
    throw error
  }
}

/**
 * Asks on the same connection whether the server still treats us as the same account. Gives the reason for doubt; `undefined` for none.
 *
 * Why: a server, or what stands before it, that takes us for nobody shows everybody without their attributes, or nobody at all, as a success.
 */
export async function doubtOf(
  { connection, who }: Session,
  { bindDn, canary }: SessionParts,
): Promise<string | undefined> {
  if (canary) {
    const attribute = canary.attribute.toLowerCase()
    const filter = new PresenceFilter({ attribute: 'objectClass' })
    const answer = await connection.search({ base: canary.dn, scope: 'base', filter, attributes: [canary.attribute] })
    const isSeen = answer.entries.some(({ attributes }) => attributes.has(attribute))
    return isSeen
      ? undefined
      : `the canary ${canary.attribute} of ${canary.dn} cannot be read; the account has lost its rights or its session`
  }
  if (bindDn === undefined) return undefined
  if (who === undefined)
    return 'the server cannot say who we are (RFC 4532); set canary to an entry and an attribute that only the reader may see'
  const now = await connection.whoAmI()
  if (now.code !== RESULT.success)
    return `the server does not say any more who we are, ${resultText(now.code, now.message)}`
  return now.who === who
    ? undefined
    : `the server treated us as ${who} at first and as ${now.who || 'nobody'} at the end`
}

function bindError(code: number, message: string, { bindDn = '', address }: SessionParts): ConnectorError {
  const said = resultText(code, message)
  const fail = (as: 'unauthenticated' | 'failed-precondition' | 'unavailable', detail: string) =>
    new ConnectorError(as, OPERATION, detail, undefined, `ldap ${code}`)
  switch (code) {
    case RESULT.busy:
    case RESULT.unavailable:
      return fail('unavailable', `${address.host} is busy, ${said}`)
    case RESULT.strongerAuthRequired:
    case RESULT.confidentialityRequired:
      return fail('failed-precondition', `${address.host} asks for TLS, ${said}; use ldaps:// or tls: start`)
    case RESULT.invalidCredentials:
    case RESULT.inappropriateAuthentication:
      return fail(
        'unauthenticated',
        `${address.host} refuses ${bindDn}, ${said}; check bind_dn and the password in password_file`,
      )
    default:
      return fail('failed-precondition', `${address.host} does not let ${bindDn} in, ${said}`)
  }
}

const nobody = (bindDn: string): ConnectorError =>
  new ConnectorError(
    'unauthenticated',
    OPERATION,
    `the server took the password of ${bindDn} but treats the connection as anonymous`,
  )
