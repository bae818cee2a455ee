import type { z } from 'zod'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Transport } from '../../../sdk/http/transport.ts'
import type { RetryPolicy } from '../../../sdk/pacing/retry.ts'
import { retrying } from '../../../sdk/pacing/retry.ts'
import type { SourceCall } from '../../source.ts'
import { contentOf, DeltaPage, type GraphAnswer, GraphObject, Page } from './graph-answer.ts'
import { graphError } from './graph-error.ts'
import type { GraphTokens } from './graph-token.ts'
import { patientTransport } from './patient-transport.ts'

/** That the server has forgotten what a link of a delta query stands for. `location` is where to begin anew, if it says so. */
export interface Expired {
  readonly expired: true
  readonly location?: URL | undefined
}

export interface GraphClientParts {
  /** With the version, for example `https://graph.microsoft.com/v1.0`, without a trailing slash. */
  readonly baseUrl: string
  readonly transport: Transport
  readonly tokens: GraphTokens
  readonly retry: RetryPolicy
  /** `product/version`. */
  readonly userAgent: string
}

/** Error codes by which Graph says that it does not know a delta token any more. */
const EXPIRED_CODES = new Set(['syncstatenotfound', 'syncstateinvalid', 'resyncrequired'])

/**
 * Microsoft Graph for one call of the source: it only reads, retries, and is paced by the server's own word.
 *
 * Errors: as graph-error.ts maps them; those of the transport and of the tokens.
 */
export class GraphClient {
  readonly #parts: GraphClientParts
  readonly #call: SourceCall
  readonly #send: Transport

  constructor(parts: GraphClientParts, call: SourceCall) {
    this.#parts = parts
    this.#call = call
    this.#send = patientTransport(parts.transport, call)
  }

  /** The address of a path such as `/users`, or of a link that Graph gave. Errors: `failed-precondition` for a link to another server. */
  url(pathOrLink: string): URL {
    const base = new URL(this.#parts.baseUrl)
    if (pathOrLink.startsWith('/')) return new URL(`${this.#parts.baseUrl}${pathOrLink}`)
    const url = URL.canParse(pathOrLink) ? new URL(pathOrLink) : undefined
    if (url?.origin === base.origin) return url
    throw new ConnectorError(
      'failed-precondition',
      'follow a link of Microsoft Graph',
      `a link leads from ${base.host} to ${url?.host ?? 'no address'}; the token was not sent there; check graph_url`,
    )
  }

  /** One object; `undefined` for 404. */
  async object(operation: string, path: string, signal = this.#call.signal): Promise<GraphObject | undefined> {
    const answer = await this.#get(operation, this.url(path), GraphObject, signal)
    return answer.status === 404 ? undefined : found(answer, operation)
  }

  /** One page of a delta query, or that its token has expired. */
  async deltaPage(operation: string, url: URL, signal: AbortSignal): Promise<DeltaPage | Expired> {
    const answer = await this.#get(operation, url, DeltaPage, signal)
    if (answer.status !== 410 && !EXPIRED_CODES.has(answer.errorCode.toLowerCase())) return found(answer, operation)
    return {
      expired: true,
      location: answer.location === undefined ? undefined : this.url(new URL(answer.location, url).href),
    }
  }

  /** All objects of a collection, page by page. */
  async *pages(operation: string, path: string, signal = this.#call.signal): AsyncGenerator<readonly GraphObject[]> {
    const followed = new Set<string>()
    for (let url: URL | undefined = this.url(path); url;) {
      followLink(url, followed, operation)
      const page: Page = found(await this.#get(operation, url, Page, signal), operation)
      yield page.value
      const next: string | undefined = page['@odata.nextLink']
      url = next === undefined ? undefined : this.url(next)
    }
  }

  #get<T>(operation: string, url: URL, form: z.ZodType<T>, signal: AbortSignal): Promise<Read<T>> {
    return retrying(() => this.#getOnce(operation, url, form, signal), {
      policy: this.#parts.retry,
      operation,
      signal,
      onRetry: ({ error, attempt, waitMs }) =>
        this.#call.log.warn('Microsoft Graph failed, the request is sent again', {
          operation,
          reason: error.reason,
          attempt,
          wait_ms: Math.round(waitMs),
        }),
    })
  }

  async #getOnce<T>(
    operation: string,
    url: URL,
    form: z.ZodType<T>,
    signal: AbortSignal,
    renewed = false,
  ): Promise<Read<T>> {
    const { tokens, userAgent } = this.#parts
    const { clock, log } = this.#call
    const token = await tokens.get({ send: this.#send, clock, signal })
    const started = clock.monotonicMs()
    const { status, headers, body } = await this.#send({
      method: 'GET',
      url,
      headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json', 'user-agent': userAgent },
      signal,
    })
    const ms = Math.round(clock.monotonicMs() - started)
    log.debug('Microsoft Graph answered', { operation, status, bytes: body.length, ms })
    if (status === 401 && !renewed) {
      tokens.drop(token)
      return this.#getOnce(operation, url, form, signal, true)
    }
    const answer = { status, host: url.host, location: headers.location, ...contentOf(body) }
    const parsed = status === 200 ? form.safeParse(answer.content) : undefined
    if (status >= 500 || status === 408 || parsed?.success === false) throw graphError(answer, operation)
    return { ...answer, parsed: parsed?.data }
  }
}

interface Read<T> extends GraphAnswer {
  readonly parsed: T | undefined
}

function found<T>(answer: Read<T>, operation: string): T {
  if (answer.parsed === undefined) throw graphError(answer, operation)
  return answer.parsed
}

/** Errors: `internal` for a link that was followed before: the pages would lead in a circle for ever. */
export function followLink(url: URL, followed: Set<string>, operation: string): void {
  if (followed.has(url.href))
    throw new ConnectorError('internal', operation, `${url.host} gave the same page link twice; the pages never end`)
  followed.add(url.href)
}
