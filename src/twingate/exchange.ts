import { ConnectorError } from '../sdk/ground/errors.ts'
import { createRenewableSecret } from '../sdk/ground/renewable-secret.ts'
import type { Secret } from '../sdk/ground/secret.ts'
import { sendPaced } from '../sdk/http/send-paced.ts'
import type { HttpAnswer } from '../sdk/http/transport.ts'
import type { ClientCall, ClientOptions } from './client-options.ts'
import { FLAG_PLACES } from './endpoint.ts'
import { answerErrors, isThrottle, malformed, type RefusedStatus, statusError } from './graphql-errors.ts'
import { postDocument, type Posted } from './post-document.ts'
import type { Query } from './query.ts'

/** A document on its way, as a change or not, with the number of questions in it. */
export interface Exchanged<T> {
  readonly query: Query<T>
  readonly variables: unknown
  readonly change: boolean
  readonly call: ClientCall
  /** @default 1 */
  readonly questions?: number
}

/** Sends documents with the key: paced, to the regional host once it is known, and once more with a new key where the old one is refused. */
export class Exchange {
  readonly #options: ClientOptions
  readonly #key
  #url: URL
  /** Whether the network has answered with data before. */
  #known = false
  #requests = 0
  #authFailures = 0

  constructor(options: ClientOptions) {
    this.#options = options
    this.#key = createRenewableSecret('API key', options.key, options.rereadKey)
    this.#url = options.url
  }

  get requests(): number {
    return this.#requests
  }

  get authFailures(): number {
    return this.#authFailures
  }

  /** The data of an answer. Errors: as `TwingateClient.query`. */
  async data<T>(exchanged: Exchanged<T>): Promise<T> {
    const { query, change, call } = exchanged
    const { pacers, clock, places = FLAG_PLACES } = this.#options
    const posted = await sendPaced({
      operation: query.operation,
      peer: 'Twingate',
      pacer: change ? pacers.write : pacers.read,
      questions: exchanged.questions,
      clock,
      log: call.log,
      signal: call.signal,
      send: () => this.#post(exchanged, this.#key.current()),
      refusal: ({ answer, content }) =>
        answer.status === 429 || isThrottle(content.errors) ? { retryAfter: answer.headers['retry-after'] } : undefined,
      renew: async ({ answer, used }) => answer.status === 401 && (await this.#key.renew(used, call.log)),
    })
    if (posted.answer.status === 401) this.#authFailures++
    const data = usableData(posted, query, { host: this.#url.host, known: this.#known, change, places })
    this.#known = true
    return data
  }

  async #post<T>({ query, variables, call }: Exchanged<T>, used: Secret): Promise<Posted & { readonly used: Secret }> {
    const { document, name: operation = query.operation } = query
    this.#requests++
    const posted = await postDocument({ operation, document, variables }, (body) => this.#send(query, body, used, call))
    return { ...posted, used }
  }

  async #send(query: Query<unknown>, body: string, used: Secret, call: ClientCall, moved = false): Promise<HttpAnswer> {
    const { transport, clock, userAgent } = this.#options
    const started = clock.monotonicMs()
    const answer = await transport({
      url: this.#url,
      headers: { 'content-type': 'application/json', 'user-agent': userAgent, 'x-api-key': used.reveal() },
      body,
      signal: call.signal,
    })
    call.log.debug('Twingate answered', {
      operation: query.operation,
      status: answer.status,
      bytes: answer.body.length,
      ms: Math.round(clock.monotonicMs() - started),
    })
    if (answer.status !== 308 || moved) return answer
    this.#move(answer, query.operation, call)
    this.#requests++
    return this.#send(query, body, used, call, true)
  }

  /** Follows a network to its regional host. Errors: `failed-precondition` for a host that is not of this network, before the key goes there. */
  #move(answer: HttpAnswer, operation: string, call: ClientCall): void {
    const { mayMoveTo, places = FLAG_PLACES } = this.#options
    const target = locationOf(answer, this.#url)
    if (!mayMoveTo(target))
      throw new ConnectorError(
        'failed-precondition',
        operation,
        `${this.#url.host} redirects to ${target.host}, which is not of this network; the API key was not sent there; check ${places.network}`,
        undefined,
        'http 308',
      )
    call.log.info('network lives on a regional host', { host: target.host })
    this.#url = target
  }
}

function usableData<T>(
  { answer, content }: Posted,
  query: Query<T>,
  { host, known, change, places }: Pick<RefusedStatus, 'host' | 'known' | 'change' | 'places'>,
): T {
  const { status } = answer
  const page =
    !content.json && /^\s*<|html/i.test(`${answer.body.slice(0, 64)} ${answer.headers['content-type'] ?? ''}`)
  if (status < 200 || status > 299) {
    if (status === 400 && content.errors.length > 0) throw answerErrors(content.errors, query, change, content.data)
    throw statusError({ status, host, operation: query.operation, known, change, page, places })
  }
  if (!content.json) {
    throw malformed(
      page
        ? `${host} answered with a web page instead of data; check the network name in ${places.network} and that no sign-in page or proxy stands in between`
        : `${host} sent an answer that is cut off or not JSON`,
      query.operation,
    )
  }
  if (content.errors.length > 0) throw answerErrors(content.errors, query, change, content.data)
  const parsed = query.answer.safeParse(content.data)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw malformed(
    `${host} sent an answer of another form than the Admin API's (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
    query.operation,
    parsed.error,
  )
}

function locationOf(answer: HttpAnswer, from: URL): URL {
  const location = answer.headers.location ?? ''
  if (URL.canParse(location, from.href)) return new URL(location, from)
  throw malformed(`${from.host} redirects without saying where`, 'follow the regional redirect')
}
