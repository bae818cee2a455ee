import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { SourceTraffic } from '../sdk/contract/traffic.ts'
import type { Clock, Logger } from '../sdk/ground/ports.ts'
import type { RateLimit, RatePacer } from '../sdk/pacing/rate-limit.ts'
import { createRenewableSecret, type RereadSecret } from '../sdk/ground/renewable-secret.ts'
import type { Secret } from '../sdk/ground/secret.ts'
import {
  answerErrors,
  isThrottle,
  malformed,
  refusedPayload,
  type RefusedStatus,
  statusError,
} from './graphql-errors.ts'
import { createAliasKeeper } from './alias-free.ts'
import { askTogether } from './ask-together.ts'
import { Answers, type JoinedQuery } from './joined-query.ts'
import { FLAG_PLACES, type SettingPlaces } from './endpoint.ts'
import { createFieldKeeper } from './optional-fields.ts'
import { type Content, postDocument, type Posted } from './post-document.ts'
import type { Asked, Mutation, Query } from './query.ts'
import { createUnreadableKeeper } from './unreadable-rows.ts'
import { retryAfterMs } from '../sdk/http/retry-after.ts'
import type { HttpAnswer, Transport } from '../sdk/http/transport.ts'

export type { Asked, Mutation, Query } from './query.ts'

export interface Traffic extends SourceTraffic {
  /** What the refusals taught about the limit; absent before the first. */
  readonly limit?: RateLimit
}

export interface ClientCall {
  readonly signal: AbortSignal
  readonly log: Logger
  /** Where the query waits for others that travel in the same request (together.ts). @default a request of its own */
  readonly joint?: Joint
}

/** Where queries of one moment wait for each other. */
export interface Joint {
  /** The answer of a query that travels with others. `undefined` where the others are gone: it goes alone. */
  take(asked: Asked): Promise<unknown> | undefined
}

export interface TwingateClient {
  /**
   * Sends a query once and gives its data; only a refusal for rate (429) is waited out and sent again.
   *
   * Errors: as graphql-errors.ts, network-error.ts and transport.ts map them. A `null` field is data, not an error.
   */
  query<T>(query: Query<T>, variables: Readonly<Record<string, unknown>>, call: ClientCall): Promise<T>
  /**
   * Sends a mutation once, paced as a write, and gives its entity.
   *
   * Errors: as `query`; the payload's own refusal (`ok: false`) as `refusedPayload` maps it, with the server's words in the detail.
   * `unavailable` and `deadline-exceeded` leave open whether the change was made.
   */
  mutate<T>(mutation: Mutation<T>, variables: Readonly<Record<string, unknown>>, call: ClientCall): Promise<T>
  /**
   * Sends several queries in one request, and gives their answers in order.
   *
   * Shape: an error in the place of an answer is about that query alone, as far as the API says so: by the path of the error, or by its place in the
   * document. Queries that such an error held up are sent once more without the one that it is about.
   * Errors: as `query`, where the API says nothing of the kind; then nothing came.
   */
  queryTogether(asked: readonly Asked[], call: ClientCall): Promise<readonly unknown[]>
  traffic(): Traffic
}

export interface ClientOptions {
  /** The GraphQL endpoint, with its trailing slash. */
  readonly url: URL
  readonly key: Secret
  /** Asked when the key is refused; a new one is used for the same request once more. @default the key stays */
  readonly rereadKey?: RereadSecret
  /** Says whether a 308 may move the client, with its key, to this address. */
  readonly mayMoveTo: (url: URL) => boolean
  readonly transport: Transport
  /** Reads and writes are limited apart. */
  readonly pacers: { readonly read: RatePacer; readonly write: RatePacer }
  readonly clock: Clock
  /** `product/version`. */
  readonly userAgent: string
  /** @default the flags of a run for one network */
  readonly places?: SettingPlaces
}

/** Refusals for rate in a row after which one query gives up. With the pacer's waits of up to a minute this is at least ten minutes. */
const MOST_REFUSALS = 20

export function createTwingateClient(options: ClientOptions): TwingateClient {
  const { mayMoveTo, transport, pacers, clock, userAgent, places = FLAG_PLACES } = options
  const fields = createFieldKeeper()
  const aliases = createAliasKeeper()
  const unreadable = createUnreadableKeeper()
  const key = createRenewableSecret('API key', options.key, options.rereadKey)
  let url = options.url
  let known = false
  let requests = 0
  let authFailures = 0

  const send = async (
    query: Query<unknown>,
    body: string,
    used: Secret,
    call: ClientCall,
    moved = false,
  ): Promise<HttpAnswer> => {
    const started = clock.monotonicMs()
    const answer = await transport({
      url,
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
    const target = locationOf(answer, url)
    if (!mayMoveTo(target))
      throw new ConnectorError(
        'failed-precondition',
        query.operation,
        `${url.host} redirects to ${target.host}, which is not of this network; the API key was not sent there; check ${places.network}`,
        undefined,
        'http 308',
      )
    call.log.info('network lives on a regional host', { host: target.host })
    url = target
    requests++
    return send(query, body, used, call, true)
  }

  const ask = <T>(query: Query<T>, variables: Readonly<Record<string, unknown>>, change: boolean, call: ClientCall) =>
    aliases.fit(query, variables, (fitted, about) => askShown(fitted, about, change, call))

  const askShown = <T>(
    query: Query<T>,
    variables: Readonly<Record<string, unknown>>,
    change: boolean,
    call: ClientCall,
    /** What came of it when it was asked with others. */
    came?: ConnectorError,
  ) => {
    const once = <A>(one: Query<A>, about: Readonly<Record<string, unknown>>) => askOnce(one, about, change, call)
    // A change is never sent again, and a thing that is asked for alone is named where its refusal is judged (refused-thing.ts).
    const isPage = typeof variables['first'] === 'number'
    if (change || !(isPage || query.lacks)) return came ? Promise.reject(came) : once(query, variables)
    return unreadable.ask(query, variables, call.log, once, came)
  }

  const askOnce = <T>(query: Query<T>, variables: unknown, change: boolean, call: ClientCall): Promise<T> =>
    fields.fit(query.document, call.log, (document) => exchange({ ...query, document }, variables, change, call))

  const exchange = async <T>(
    query: Query<T>,
    variables: unknown,
    change: boolean,
    call: ClientCall,
    questions = 1,
  ): Promise<T> => {
    const pacer = change ? pacers.write : pacers.read
    const { document, name: operation = query.operation } = query
    let renewed = false
    for (let refusals = 0; ;) {
      const admission = await pacer.admit(call.signal, questions)
      const used = key.current()
      requests++
      let posted: Posted
      try {
        posted = await postDocument({ operation, document, variables }, (body) => send(query, body, used, call))
      } catch (error) {
        admission.failed()
        throw error
      }
      const { answer, content } = posted
      if (answer.status === 429 || isThrottle(content.errors)) {
        const wait = retryAfterMs(answer.headers['retry-after'], clock.now())
        admission.refused(wait)
        call.log.debug('rate limit reached', { operation: query.operation, retry_after_ms: wait })
        if (++refusals <= MOST_REFUSALS) continue
        throw new ConnectorError(
          'unavailable',
          query.operation,
          `Twingate refused ${refusals} times in a row because of its rate limit; something else uses up the limit of this network`,
          undefined,
          'rate limit',
        )
      }
      admission.accepted()
      if (answer.status === 401) {
        const isOther = !renewed && (await key.renew(used, call.log))
        renewed = true
        if (isOther) continue
        authFailures++
      }
      const data = usableData(answer, content, query, { host: url.host, known, change, places })
      known = true
      return data
    }
  }

  /** What one request asks of several lists. Rows that cannot be shown, and pages that need another form, are asked for alone. */
  const askJoined = ({ document, ...joined }: JoinedQuery, call: ClientCall): Promise<Answers> =>
    fields.fit(document, call.log, (fitted) =>
      exchange({ ...joined, document: fitted, answer: Answers }, joined.variables, false, call, joined.parts.length),
    )

  return {
    traffic() {
      const read = pacers.read.state()
      const write = pacers.write.state()
      return {
        requests,
        authFailures,
        readsLeft: read.left,
        refusals: read.refusals + write.refusals,
        waitedMs: read.waitedMs + write.waitedMs,
        ...(read.limit && { limit: read.limit }),
      }
    },

    query: (query, variables, call) =>
      // What a joint gives was checked against the query's own form.
      (call.joint?.take({ query, variables }) as Promise<never> | undefined) ?? ask(query, variables, false, call),

    queryTogether: (asked, call) =>
      askTogether(asked, {
        alone: ({ query, variables }) => ask(query, variables, false, call),
        joined: (joined) => askJoined(joined, call),
        onwards: ({ query, variables }, error) => askShown(query, variables, false, call, error),
        mayJoin: () => !aliases.areRefused(),
      }),

    async mutate(mutation, variables, call) {
      const { operation, document, entity, shows } = mutation
      const answer = z.record(z.string(), Payload)
      const [payload] = Object.values(await ask({ operation, document, answer }, variables, true, call))
      if (!payload) throw malformed('Twingate answered a change with nothing', operation)
      if (!payload.ok) throw refusedPayload(payload.error ?? 'no reason given', operation)
      const parsed = entity.safeParse(shows === 'payload' ? payload : payload.entity)
      if (parsed.success) return parsed.data
      throw malformed('Twingate says the change was made but shows no result of it', operation, parsed.error)
    },
  }
}

const Payload = z.looseObject({ ok: z.boolean(), error: z.string().nullish(), entity: z.unknown().optional() })

function usableData<T>(
  answer: HttpAnswer,
  content: Content,
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
