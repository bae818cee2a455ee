import { z } from 'zod'
import { ConnectorError } from '../../ground/errors.ts'
import type { Clock } from '../../ground/ports.ts'
import { formRequest } from '../../http/form-request.ts'
import { Secret } from '../../ground/secret.ts'
import type { PlatformHost } from './platform-host.ts'

/** One HTTPS POST, its answer read to the end. Errors: `ConnectorError`s that say why there was no answer. It follows no redirect. */
export type HttpPost = (request: {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}) => Promise<{
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}>

export interface TokenAnswer {
  /** Value of the header `authorization`. */
  readonly authorization: Secret
  /** Seconds from the request on; `undefined` where the answer does not say. */
  readonly expiresIn: number | undefined
}

export interface TokenRequest {
  readonly host: PlatformHost
  readonly clientId: string
  readonly assertion: string
  readonly userAgent: string
}

const OPERATION = 'fetch a token'

/** A clock that is off by more makes assertions invalid, which hold from two minutes before to two minutes after. Seconds. */
const MOST_SKEW = 90

const answerSchema = z.object({
  // What a header can hold; anything else would fail later and in other words.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z
    .string()
    .regex(/^[\w-]*$/)
    .optional(),
  // A number as text or with a fraction is read, nonsense is passed over: the service tells soon enough when a token has expired.
  expires_in: z.coerce.number().positive().optional().catch(undefined),
})

/**
 * Exchanges an assertion for a token.
 *
 * Errors: `unauthenticated` for HTTP 400, 401 and 403; when the peer's clock tells that ours is wrong, the sentence says so. `unavailable` for
 * any other status and for an answer that is no token. Those of `post`.
 */
export async function requestToken(
  request: TokenRequest,
  post: HttpPost,
  clock: Clock,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { host, clientId, assertion, userAgent } = request
  const fields = {
    client_id: clientId,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
  const answer = await post(formRequest(new URL(`https://${host.host}/auth/v1/token`), fields, { userAgent, signal }))
  if ([400, 401, 403].includes(answer.status)) throw refused(answer, host, clock)
  if (answer.status !== 200)
    throw new ConnectorError(
      'unavailable',
      OPERATION,
      `${host.host} answered with HTTP ${answer.status}; if it stays, check ${host.setting}`,
      undefined,
      `http ${answer.status}`,
    )
  const parsed = answerSchema.safeParse(parseJson(answer.body))
  if (!parsed.success)
    throw new ConnectorError(
      'unavailable',
      OPERATION,
      `the answer of ${host.host} holds no token; if it stays, check ${host.setting} and the proxy settings`,
      undefined,
      'malformed answer',
    )
  const { access_token: token, token_type: type = '', expires_in: expiresIn } = parsed.data
  const scheme = type === '' || type.toLowerCase() === 'bearer' ? 'Bearer' : type
  return { authorization: new Secret(`${scheme} ${token}`), expiresIn }
}

function refused(answer: Awaited<ReturnType<HttpPost>>, host: PlatformHost, clock: Clock): ConnectorError {
  const oauth = z.object({ error: z.string().regex(/^\w{1,40}$/) }).safeParse(parseJson(answer.body))
  const why = oauth.success ? `, ${oauth.data.error}` : ''
  const skew = skewSeconds(answer.headers['date'], clock)
  const advice =
    skew === undefined
      ? 'check --client-id (BATON_CLIENT_ID) and --client-secret (BATON_CLIENT_SECRET)'
      : `the clock of this machine is ${describe(skew)} that of ${host.host}, set it right`
  return new ConnectorError(
    'unauthenticated',
    OPERATION,
    `${host.host} refused the credentials (HTTP ${answer.status}${why}); ${advice}`,
    undefined,
    `http ${answer.status}`,
  )
}

/** How far our clock is ahead, in seconds, if that is enough to matter. */
function skewSeconds(date: string | readonly string[] | undefined, clock: Clock): number | undefined {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN
  const skew = (clock.now().getTime() - theirs) / 1000
  return Math.abs(skew) > MOST_SKEW ? skew : undefined
}

function describe(skew: number): string {
  const seconds = Math.round(Math.abs(skew))
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
  return `${amount} ${skew > 0 ? 'ahead of' : 'behind'}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
