import { ConnectorError } from '../../sdk/ground/errors.ts'
import { sendPaced } from '../../sdk/http/send-paced.ts'
import type { HttpAnswer, Transport } from '../../sdk/http/transport.ts'
import type { Clock, Logger, Sleep } from '../../sdk/ground/ports.ts'
import { createRatePacer, type RateLimit } from '../../sdk/pacing/rate-limit.ts'
import { createRenewableSecret, type RereadSecret } from '../../sdk/ground/renewable-secret.ts'
import { defaultRetryPolicy, retrying, type RetryPolicy } from '../../sdk/pacing/retry.ts'
import type { Secret } from '../../sdk/ground/secret.ts'
import { neverReached } from '../../sdk/pacing/send-or-look.ts'
import { Address, MOST_MOVES } from './address.ts'
import { lostAnswer, malformedAnswer, refusal, type ScimAnswer } from './refusal.ts'
import { parseTargetUrl } from './target-url.ts'
import type { Traffic } from './target.ts'

export interface ExchangeOptions {
  /** The base address as people write it. */
  readonly url: string
  readonly token: Secret
  /** Asked when the token is refused; a new one is used for the same request once more. @default the token stays */
  readonly rereadToken?: RereadSecret | undefined
  /** The rate to keep from the first request on. @default no request is held back before a refusal */
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

/** Of bodies, the standard's own first. The other is for servers that refuse it (406 or 415). Source: RFC 7644 §3.1 and §8.1. */
type MediaType = 'application/scim+json' | 'application/json'

const OF_THE_MEDIA_TYPE = new Set([406, 415])

/** How a request is put to the server. */
interface Way {
  readonly url: URL
  readonly mediaType: MediaType
}

/** What a server without a published limit is taken to allow, when its first refusal is weighed. */
const USUAL: RateLimit = Object.freeze({ requests: 25, windowMs: 1_000 })

/** 500 may be about what was written, or asked for. */
const isGivenBack = ({ status }: ScimAnswer, gives500: boolean): boolean =>
  (status >= 200 && status < 300) ||
  status === 501 ||
  (status === 500 && gives500) ||
  (status >= 400 && status < 500 && ![401, 403, 408].includes(status))

export function createExchange(options: ExchangeOptions): Exchange {
  return new PacedExchange(options)
}

type Request = WriteRequest | ReadRequest

const isWrite = (request: Request): request is WriteRequest => 'method' in request

class PacedExchange implements Exchange {
  readonly url: string
  readonly #host: string
  readonly #options: ExchangeOptions
  readonly #token
  readonly #pacer
  readonly #address: Address
  #mediaType: MediaType = 'application/scim+json'
  #requests = 0
  #retries = 0

  constructor(options: ExchangeOptions) {
    const { clock, sleep, requestsPerSecond, onWait } = options
    const base = new URL(parseTargetUrl(options.url))
    this.url = `${base.origin}${base.pathname.replace(/\/$/, '')}`
    this.#address = new Address(this.url)
    this.#host = base.host
    this.#options = options
    this.#token = createRenewableSecret('SCIM token', options.token, options.rereadToken)
    this.#pacer = createRatePacer({
      clock,
      sleep,
      published: requestsPerSecond === undefined ? USUAL : perSecond(requestsPerSecond),
      keep: requestsPerSecond !== undefined,
      ...(onWait && { onWait }),
    })
  }

  read(request: ReadRequest, signal: AbortSignal): Promise<ScimAnswer> {
    return this.#persist(request, ({ reason }) => reason !== 'rate limit', signal)
  }

  write(request: WriteRequest, signal: AbortSignal): Promise<ScimAnswer> {
    return this.#persist(request, (error) => neverReached(error) && error.reason !== 'rate limit', signal)
  }

  traffic(): Traffic {
    return { requests: this.#requests, retries: this.#retries, waitedMs: this.#pacer.state().waitedMs }
  }

  /** Repeats what may be repeated; gives back or throws what the caller has to know. */
  async #persist(
    request: Request,
    mayRepeat: (error: ConnectorError) => boolean,
    signal: AbortSignal,
  ): Promise<ScimAnswer> {
    const { operation } = request
    const { log, retry = defaultRetryPolicy } = this.#options
    const once = async (): Promise<ScimAnswer | ConnectorError> => {
      try {
        const answer = await this.#exchange(request, signal)
        if (isGivenBack(answer, isWrite(request) || request.gives500 === true)) return answer
        throw refusal(answer)
      } catch (caught) {
        const error = ConnectorError.from(caught, operation)
        if (mayRepeat(error)) throw error
        return error
      }
    }
    const outcome = await retrying(once, {
      policy: retry,
      operation,
      signal,
      onRetry: ({ error, waitMs }) => {
        this.#retries++
        log.warn('trying again', { operation, detail: error.detail, wait: waitMs / 1000 })
      },
    })
    if (ConnectorError.is(outcome)) throw outcome
    return outcome
  }

  /** One request, until the server has taken or refused it. */
  async #exchange(request: Request, signal: AbortSignal): Promise<ScimAnswer> {
    const { clock, log } = this.#options
    const { operation } = request
    const [host, change] = [this.#host, isWrite(request)]
    const url = this.#address.urlOf(request.path, isWrite(request) ? '' : queryText(request.query))
    let way: Way = { url, mediaType: this.#mediaType }
    for (let moves = 0; ; moves++) {
      const current = way
      const sent = await sendPaced({
        operation,
        peer: host,
        pacer: this.#pacer,
        clock,
        log,
        signal,
        send: () => this.#send(request, current, this.#token.current(), signal),
        refusal: ({ answer: { status, headers } }) =>
          status === 429 ? { retryAfter: headers['retry-after'] } : undefined,
        renew: async ({ answer: { status }, used }) =>
          (status === 401 || status === 403) && (await this.#token.renew(used, log)),
      })
      const other = moves < MOST_MOVES ? this.#otherWay(sent.answer, request, current) : undefined
      if (!other) return readAnswer(sent, { host, operation, change })
      way = other
    }
  }

  /** How the same request is to be put after this answer; `undefined` where the answer is one. */
  #otherWay(answer: HttpAnswer, request: Request, { url, mediaType }: Way): Way | undefined {
    const moved = this.#address.follow(answer, request.path, { url, isRead: !isWrite(request) })
    if (moved) return { url: moved, mediaType }
    if (!OF_THE_MEDIA_TYPE.has(answer.status)) this.#mediaType = mediaType
    else if (mediaType === 'application/scim+json') return { url, mediaType: 'application/json' }
    return undefined
  }

  async #send(request: Request, { url, mediaType }: Way, used: Secret, signal: AbortSignal): Promise<Sent> {
    const { transport, clock, log, version } = this.#options
    const started = clock.monotonicMs()
    const { method, body, ifMatch } = partsOf(request)
    this.#requests++
    try {
      const answer = await transport({
        method,
        url,
        headers: {
          authorization: `Bearer ${used.reveal()}`,
          accept: mediaType,
          'user-agent': `baton-twingate/${version}`,
          ...(body !== undefined && { 'content-type': mediaType }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
        ...(body !== undefined && { body }),
        signal,
      })
      const ms = Math.round(clock.monotonicMs() - started)
      log.debug('the target answered', { operation: request.operation, method, status: answer.status, ms })
      return { answer, used }
    } catch (error) {
      throw isWrite(request) ? lostAnswer(error, request.operation) : error
    }
  }
}

/** An answer, with the token that was sent for it. */
interface Sent {
  readonly answer: HttpAnswer
  readonly used: Secret
}

const partsOf = (request: Request) => {
  if (!isWrite(request)) return { method: 'GET' as const, body: undefined, ifMatch: undefined }
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  return { method: request.method, body, ifMatch: request.version }
}

/** Turns requests a second into a limit of whole requests in a longer window. */
const perSecond = (requests: number): RateLimit =>
  requests >= 1
    ? { requests: Math.floor(requests), windowMs: (1_000 * Math.floor(requests)) / requests }
    : { requests: 1, windowMs: 1_000 / requests }

const queryText = (query: Readonly<Record<string, string>> | undefined): string => {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function readAnswer(
  { answer: { status, headers, body }, used }: Sent,
  { host, operation, change }: { readonly host: string; readonly operation: string; readonly change: boolean },
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
    throw change ? lostAnswer(malformed, operation) : malformed
  }
}
