import { z } from 'zod'
import type { ConnectorError } from '../sdk/ground/errors.ts'
import type { SourceTraffic } from '../sdk/contract/traffic.ts'
import type { RateLimit } from '../sdk/pacing/rate-limit.ts'
import { Exchange } from './exchange.ts'
import { malformed, refusedPayload } from './graphql-errors.ts'
import type { ClientCall, ClientOptions } from './client-options.ts'
import { createAliasKeeper } from './alias-free.ts'
import { askTogether } from './ask-together.ts'
import { Answers, type JoinedQuery } from './joined-query.ts'
import { createFieldKeeper } from './optional-fields.ts'
import type { Asked, Mutation, Query } from './query.ts'
import { createUnreadableKeeper } from './unreadable-rows.ts'

export type { ClientCall, ClientOptions, Joint } from './client-options.ts'
export type { Asked, Mutation, Query } from './query.ts'

export interface Traffic extends SourceTraffic {
  /** What the refusals taught about the limit; absent before the first. */
  readonly limit?: RateLimit
}

type Variables = Readonly<Record<string, unknown>>

export interface TwingateClient {
  /**
   * Sends a query once and gives its data; only a refusal for rate (429) is waited out and sent again.
   *
   * Errors: as graphql-errors.ts, network-error.ts and transport.ts map them. A `null` field is data, not an error.
   */
  query<T>(query: Query<T>, variables: Variables, call: ClientCall): Promise<T>
  /**
   * Sends a mutation once, paced as a write, and gives its entity.
   *
   * Errors: as `query`; the payload's own refusal (`ok: false`) as `refusedPayload` maps it, with the server's words in the detail.
   * `unavailable` and `deadline-exceeded` leave open whether the change was made.
   */
  mutate<T>(mutation: Mutation<T>, variables: Variables, call: ClientCall): Promise<T>
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

export function createTwingateClient(options: ClientOptions): TwingateClient {
  return new Client(options)
}

/** One question as it is asked, in whatever form the API takes it. */
interface Asking {
  readonly change: boolean
  readonly call: ClientCall
}

class Client implements TwingateClient {
  readonly #pacers
  readonly #exchange: Exchange
  readonly #fields = createFieldKeeper()
  readonly #aliases = createAliasKeeper()
  readonly #unreadable = createUnreadableKeeper()

  constructor(options: ClientOptions) {
    this.#pacers = options.pacers
    this.#exchange = new Exchange(options)
  }

  traffic(): Traffic {
    const read = this.#pacers.read.state()
    const write = this.#pacers.write.state()
    const { requests, authFailures } = this.#exchange
    return {
      ...{ requests, authFailures },
      readsLeft: read.left,
      refusals: read.refusals + write.refusals,
      waitedMs: read.waitedMs + write.waitedMs,
      ...(read.limit && { limit: read.limit }),
    }
  }

  query<T>(query: Query<T>, variables: Variables, call: ClientCall): Promise<T> {
    // What a joint gives was checked against the query's own form.
    const joint = call.joint?.take({ query, variables }) as Promise<T> | undefined
    return joint ?? this.#ask(query, variables, { change: false, call })
  }

  queryTogether(asked: readonly Asked[], call: ClientCall): Promise<readonly unknown[]> {
    const asking: Asking = { change: false, call }
    return askTogether(asked, {
      alone: ({ query, variables }) => this.#ask(query, variables, asking),
      joined: (joined) => this.#askJoined(joined, call),
      onwards: ({ query, variables }, error) => this.#askShown(query, variables, asking, error),
      mayJoin: () => !this.#aliases.areRefused(),
    })
  }

  async mutate<T>(mutation: Mutation<T>, variables: Variables, call: ClientCall): Promise<T> {
    const { operation, document, entity, shows } = mutation
    const answer = z.record(z.string(), Payload)
    const payloads = await this.#ask({ operation, document, answer }, variables, { change: true, call })
    const [payload] = Object.values(payloads)
    if (!payload) throw malformed('Twingate answered a change with nothing', operation)
    if (!payload.ok) throw refusedPayload(payload.error ?? 'no reason given', operation)
    const parsed = entity.safeParse(shows === 'payload' ? payload : payload.entity)
    if (parsed.success) return parsed.data
    throw malformed('Twingate says the change was made but shows no result of it', operation, parsed.error)
  }

  #ask<T>(query: Query<T>, variables: Variables, asking: Asking): Promise<T> {
    return this.#aliases.fit(query, variables, (fitted, about) => this.#askShown(fitted, about, asking))
  }

  /** @param came what came of it when it was asked with others */
  #askShown<T>(query: Query<T>, variables: Variables, asking: Asking, came?: ConnectorError): Promise<T> {
    const once = <A>(one: Query<A>, about: Variables) => this.#askOnce(one, about, asking)
    // A change is never sent again, and a thing that is asked for alone is named where its refusal is judged (refused-thing.ts).
    const isPage = typeof variables['first'] === 'number'
    if (asking.change || !(isPage || query.lacks)) return came ? Promise.reject(came) : once(query, variables)
    return this.#unreadable.ask(query, variables, asking.call.log, once, came)
  }

  #askOnce<T>(query: Query<T>, variables: Variables, { change, call }: Asking): Promise<T> {
    return this.#fields.fit(query.document, call.log, (document) =>
      this.#exchange.data({ query: { ...query, document }, variables, change, call }),
    )
  }

  /** What one request asks of several lists. Rows that cannot be shown, and pages that need another form, are asked for alone. */
  #askJoined({ document, variables, parts, ...joined }: JoinedQuery, call: ClientCall): Promise<Answers> {
    return this.#fields.fit(document, call.log, (fitted) => {
      const query = { ...joined, document: fitted, answer: Answers }
      return this.#exchange.data({ query, variables, change: false, call, questions: parts.length })
    })
  }
}

const Payload = z.looseObject({ ok: z.boolean(), error: z.string().nullish(), entity: z.unknown().optional() })
