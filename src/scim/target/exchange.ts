import { ConnectorError } from '../../sdk/ground/errors.ts'
import { retryAfterMs } from '../../sdk/http/retry-after.ts'
import type { HttpAnswer, Transport } from '../../sdk/http/transport.ts'
import type { Clock, Logger, Sleep } from '../../sdk/ground/ports.ts'
import { createRatePacer, type RateLimit } from '../../sdk/pacing/rate-limit.ts'
import { createRenewableSecret, type RereadSecret } from '../../sdk/ground/renewable-secret.ts'
import { defaultRetryPolicy, retrying, type RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import { neverReached } from '../../sdk/pacing/send-or-look.ts'
import { lostAnswer, malformedAnswer, refusal, type ScimAnswer } from './refusal.ts'
import { parseTargetUrl } from './target-url.ts'
import type { Traffic } from './target.ts'

export interface ExchangeOptions {
  /** The base address as people write it. */
  readonly url: string
  readonly token: Secret
  /** Asked when the token is refused; a new one is used for the same request once more. @default the token stays */
  readonly rereadToken?: RereadSecret | undefined
  /** Kept from the first request on. @default nothing is held back before a refusal */
  readonly requestsPerSecond?: number | undefined
  readonly transport: Transport
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Logger
  /** Of this program, for `User-Agent`. */
  readonly version: string
  /** Told when requests are held back, with the moment they go on. @default nobody */
  readonly onWait?: ((until: Date) => void) | undefined
  /** For reads, and for writes that certainly never reached the server. @default about four minutes */
  readonly retry?: RetryPolicy | undefined
}

export interface ReadRequest {
  /** Below the base address; ids in it are percent-encoded. */
  readonly path: string
  /** Values are encoded here, once. */
  readonly query?: Readonly<Record<string, string>>
  /** Gives 500 back, as for a write, and does not retry it. @default it is retried */
  readonly gives500?: boolean
  /** What is being done, for errors and the log. */
  readonly operation: string
}

export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** For `If-Match`. */
  readonly version?: string | undefined
  readonly operation: string
}

/**
 * Exchanges with a SCIM server. Answers of status 2xx, 4xx, 501, and 500 for a write, are given back; 401 and 403 after the token was read again, 3xx, 408 and
 * other 5xx are thrown, see refusal.ts. 429 is waited out.
 */
export interface Exchange {
  readonly url: string
  /** Retried while the failure may pass. */
  read(request: ReadRequest, signal: AbortSignal): Promise<ScimAnswer>
  /** Sent once; again only where it certainly never reached the server. Errors: `answer-lost` as reason where nobody knows. */
  write(request: WriteRequest, signal: AbortSignal): Promise<ScimAnswer>
  traffic(): Traffic
}

/** Refusals for rate in a row after which one request gives up; the pacer waits up to a minute before each. */
const MOST_REFUSALS = 20

/** What a server without a published limit is taken to allow, when its first refusal is weighed. */
const USUAL: RateLimit = Object.freeze({ requests: 25, windowMs: 1_000 })

/** 500 may be about what was written, or asked for. */
const isGivenBack = ({ status }: ScimAnswer, gives500: boolean): boolean =>
  (status >= 200 && status < 300) ||
  status === 501 ||
  (status === 500 && gives500) ||
  (status >= 400 && status < 500 && ![401, 403, 408].includes(status))

export function createExchange(options: ExchangeOptions): Exchange {
  const { transport, clock, sleep, log, version, requestsPerSecond, onWait, retry = defaultRetryPolicy } = options
  const base = new URL(parseTargetUrl(options.url))
  const url = `${base.origin}${base.pathname.replace(/\/$/, '')}`
  const { host } = base
  const token = createRenewableSecret('SCIM token', options.token, options.rereadToken)
  const pacer = createRatePacer({
    clock,
    sleep,
    published: requestsPerSecond === undefined ? USUAL : perSecond(requestsPerSecond),
    keep: requestsPerSecond !== undefined,
    ...(onWait && { onWait }),
  })
  let requests = 0
  let retries = 0

  const send = async (request: WriteRequest | ReadRequest, used: Secret, signal: AbortSignal): Promise<HttpAnswer> => {
    const started = clock.monotonicMs()
    const method = 'method' in request ? request.method : 'GET'
    const body = 'body' in request && request.body !== undefined ? JSON.stringify(request.body) : undefined
    const answer = await transport({
      method,
      url: new URL(`${url}${request.path}${'query' in request ? queryText(request.query) : ''}`),
      headers: {
        authorization: `Bearer ${used.reveal()}`,
        accept: 'application/scim+json',
        'user-agent': `baton-twingate/${version}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...('version' in request && request.version !== undefined && { 'if-match': request.version }),
      },
      ...(body !== undefined && { body }),
      signal,
    })
    const ms = Math.round(clock.monotonicMs() - started)
    log.debug('the target answered', { operation: request.operation, method, status: answer.status, ms })
    return answer
  }

  /** One request, until the server has taken or refused it. */
  const exchange = async (request: WriteRequest | ReadRequest, signal: AbortSignal): Promise<ScimAnswer> => {
    const { operation } = request
    const isWrite = 'method' in request
    let renewed = false
    for (let refusals = 0; ;) {
      const admission = await admit(operation, signal)
      const used = token.current()
      requests++
      let answer: HttpAnswer
      try {
        answer = await send(request, used, signal)
      } catch (error) {
        admission.failed()
        throw isWrite ? lostAnswer(error, operation) : error
      }
      if (answer.status === 429) {
        admission.refused(retryAfterMs(answer.headers['retry-after'], clock.now()))
        if (++refusals <= MOST_REFUSALS) continue
        throw rateLimited(host, operation, refusals)
      }
      admission.accepted()
      if (!renewed && (answer.status === 401 || answer.status === 403)) {
        renewed = true
        if (await token.renew(used, log)) continue
      }
      return readAnswer(answer, used, { host, operation, isWrite })
    }
  }

  const admit = async (operation: string, signal: AbortSignal) => {
    try {
      return await pacer.admit(signal)
    } catch (error) {
      throw new ConnectorError('canceled', operation, 'stopped on request', error)
    }
  }

  /** Repeats what may be repeated; gives back or throws what the caller has to know. */
  const persist = async (
    request: WriteRequest | ReadRequest,
    mayRepeat: (error: ConnectorError) => boolean,
    signal: AbortSignal,
  ): Promise<ScimAnswer> => {
    const { operation } = request
    const outcome = await retrying<ScimAnswer | ConnectorError>(
      async () => {
        try {
          const answer = await exchange(request, signal)
          if (isGivenBack(answer, 'method' in request || request.gives500 === true)) return answer
          throw refusal(answer)
        } catch (caught) {
          const error = ConnectorError.from(caught, operation)
          if (mayRepeat(error)) throw error
          return error
        }
      },
      {
        policy: retry,
        operation,
        signal,
        onRetry({ error, waitMs }) {
          retries++
          log.warn('trying again', { operation, detail: error.detail, wait: waitMs / 1000 })
        },
      },
    )
    if (ConnectorError.is(outcome)) throw outcome
    return outcome
  }

  return {
    url,
    read: (request, signal) => persist(request, ({ reason }) => reason !== 'rate limit', signal),
    write: (request, signal) =>
      persist(request, (error) => neverReached(error) && error.reason !== 'rate limit', signal),
    traffic: () => ({ requests, retries, waitedMs: pacer.state().waitedMs }),
  }
}

/** A limit that is no whole number is kept over so many seconds. */
const perSecond = (requests: number): RateLimit =>
  requests >= 1
    ? { requests: Math.floor(requests), windowMs: (1_000 * Math.floor(requests)) / requests }
    : { requests: 1, windowMs: 1_000 / requests }

const queryText = (query: Readonly<Record<string, string>> | undefined): string => {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function readAnswer(
  { status, headers, body }: HttpAnswer,
  used: Secret,
  { host, operation, isWrite }: { readonly host: string; readonly operation: string; readonly isWrite: boolean },
): ScimAnswer {
  const isSuccess = status >= 200 && status < 300
  // A server may quote what it was sent; an error's words are printed.
  const text = isSuccess ? body : body.replaceAll(used.reveal(), '[secret]')
  const answer = { status, location: headers.location, etag: headers.etag, host, operation }
  if (text.trim() === '') return { ...answer, body: undefined }
  try {
    return { ...answer, body: JSON.parse(text) as unknown }
  } catch (error) {
    if (!isSuccess) return { ...answer, body: undefined }
    const malformed = malformedAnswer(host, operation, /^\s*</.test(text), error)
    throw isWrite ? lostAnswer(malformed, operation) : malformed
  }
}

const rateLimited = (host: string, operation: string, refusals: number): ConnectorError =>
  new ConnectorError(
    'unavailable',
    operation,
    `${host} refused ${refusals} times in a row because of its rate limit; something else uses up the limit`,
    undefined,
    'rate limit',
  )
