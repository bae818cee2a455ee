import { ConnectorError, isTlsFault } from '../ground/errors.ts'
import { type Reason, systemReason } from '../ground/reason.ts'

/** The error and what is inside it: its causes, and the single failures where several addresses of one name were tried. */
function* partsOf(error: unknown, depth = 0): Generator<object> {
  if (!(error instanceof Error) || depth > 8) return
  yield error
  yield* partsOf(error.cause, depth + 1)
  if (error instanceof AggregateError) for (const part of error.errors) yield* partsOf(part, depth + 1)
}

/** Whether the failing connection or look-up was the proxy's own. Source: `hostname` and `port` of Node's system errors. */
function isOf(proxy: URL, error: unknown): boolean {
  const port = Number(proxy.port) || (proxy.protocol === 'https:' ? 443 : 80)
  for (const part of partsOf(error)) {
    if ('hostname' in part && part.hostname === proxy.hostname) return true
    if ('port' in part && part.port === port) return true
  }
  return false
}

const codeOf = (error: unknown): string => {
  for (const part of partsOf(error)) if ('code' in part && typeof part.code === 'string') return part.code
  return ''
}

const MISNAMED = new Set(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID'])

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

const OUT_OF_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/**
 * Whether a failure comes from the way to the peer and not from the peer itself: a name that is not found, or a certificate that is not valid.
 * The code of such a failure says that people have to look into it.
 *
 * Why: a setting is wrong at the start of a program. Later such a failure is an outage of the DNS, of a proxy or of somebody's certificate.
 */
export const isOfTheWay = ({ reason }: ConnectorError): boolean =>
  MISNAMED.has(reason) || UNTRUSTED.has(reason) || OUT_OF_TIME.has(reason) || isTlsFault(reason)

/** Whom an exchange was with. */
export interface Peer {
  /** Host and, if it is not 443, port. */
  readonly host: string
  /** What was being done, for the error. */
  readonly operation: string
  /** Where the host comes from, for example `the network name in --domain (BATON_DOMAIN)`. */
  readonly setting: string
  /** The proxy on the way; named by its host alone, its address may hold a password. */
  readonly proxy?: URL | undefined
}

/**
 * Says in the user's words why an exchange failed below HTTP.
 *
 * Errors: `invalid-argument` for a host that does not exist or whose certificate is for another name, `failed-precondition` for a
 * certificate that is not trusted or not valid now, `unavailable` for all that may pass.
 */
export function networkError(error: unknown, peer: Peer): ConnectorError {
  if (ConnectorError.is(error)) return error
  const code = codeOf(error)
  const { host, operation, setting, proxy } = peer
  const fail = (
    as: 'invalid-argument' | 'failed-precondition' | 'unavailable',
    detail: string,
    reason: Reason = systemReason(code) ?? 'connection failed',
  ) => new ConnectorError(as, operation, detail, error, reason)

  if (code === 'ERR_PROXY_TUNNEL')
    return fail(
      'unavailable',
      `the proxy ${proxy?.host ?? ''} refused to connect to ${host}; check HTTPS_PROXY and NO_PROXY`,
      'proxy',
    )
  if (proxy && isOf(proxy, error))
    return fail(
      'unavailable',
      `the proxy ${proxy.host} cannot be reached (${code}); check HTTPS_PROXY and NO_PROXY`,
      'proxy',
    )
  if (code === 'ENOTFOUND') return fail('invalid-argument', `there is no host ${host}; check ${setting} and the DNS`)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return fail('invalid-argument', `the certificate of ${host} is for another name; check ${setting}`)
  if (UNTRUSTED.has(code))
    return fail(
      'failed-precondition',
      `the certificate of ${host} is not trusted (${code}); behind an inspecting proxy add its CA to this machine's certificates, or set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS to its file`,
    )
  if (OUT_OF_TIME.has(code))
    return fail(
      'failed-precondition',
      `the certificate of ${host} is not valid at this time (${code}); check the clock of this machine`,
    )
  if (isTlsFault(systemReason(code) ?? 'connection failed'))
    return fail(
      'failed-precondition',
      `${host} does not speak TLS as expected (${code}); check the address and the proxy settings`,
    )
  if (code === 'EAI_AGAIN')
    return fail('unavailable', `the name ${host} cannot be looked up now; check the DNS of this machine`)
  if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
    return fail('unavailable', `${host} sent a damaged answer`, 'malformed answer')
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ABORT_ERR')
    return fail('unavailable', `${host} closed the connection before the answer was complete`, 'connection reset')
  const words = code || 'connection failed'
  return fail('unavailable', `no answer from ${host} (${words}); check the network, a firewall and the proxy settings`)
}
