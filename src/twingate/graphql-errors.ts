import { z } from 'zod'
import { ConnectorError, type ErrorCode } from '../sdk/ground/errors.ts'
import { withWords } from '../sdk/text/with-words.ts'
import type { SettingPlaces } from './endpoint.ts'

/** One entry of an `errors` array, as far as it is read: its words, and the field of the answer that it is about. */
const AnswerError = z.object({
  message: z.string(),
  path: z
    .array(z.union([z.string(), z.number()]))
    .nullish()
    .catch(undefined),
  /** Places in the document, from 1. */
  locations: z
    .array(z.object({ line: z.number(), column: z.number() }))
    .nullish()
    .catch(undefined),
  extensions: z
    .object({ code: z.string().optional().catch(undefined) })
    .nullish()
    .catch(undefined),
})
export type AnswerError = z.infer<typeof AnswerError>

/** The envelope of every answer of the Admin API. Source: twingate-api.md §7, layer 2. */
export const Envelope = z.object({ data: z.unknown().optional(), errors: z.array(AnswerError).nullish() })

/** What an `errors` array said, as the cause of the error that it became, and the document that it is about. */
class AnswerErrors extends Error {
  readonly errors: readonly AnswerError[]
  readonly #document: string
  readonly #data: unknown

  constructor(errors: readonly AnswerError[], document: string, data: unknown) {
    super(errors[0]?.message)
    this.errors = errors
    this.#document = document
    this.#data = data
  }

  /** The data that came with the errors. Printing the error never shows it. */
  get data(): unknown {
    return this.#data
  }

  /** The document that was sent. Printing the error never shows it. */
  get document(): string {
    return this.#document
  }
}

/** The entries of the `errors` array behind an error; none for another failure. */
export const answerErrorsOf = ({ cause }: ConnectorError): readonly AnswerError[] =>
  cause instanceof AnswerErrors ? cause.errors : []

/** The data beside the errors behind an error. Use only parts that no error is about, and only if every error names its part. */
export const dataBeside = ({ cause }: ConnectorError): unknown =>
  cause instanceof AnswerErrors ? cause.data : undefined

/** A place in a document that its refusal is about: the number of the line from 1, and the line from that place on. */
export interface RefusedPlace {
  readonly line: number
  readonly text: string
}

/**
 * The places of the document that the errors behind an error name; `undefined` where they name none. An error about a place of the answer, with a
 * path, is no refusal of the document.
 */
export function refusedPlaces({ cause }: ConnectorError): readonly RefusedPlace[] | undefined {
  if (!(cause instanceof AnswerErrors)) return undefined
  const lines = cause.document.split('\n')
  const places = refusals(cause.errors).flatMap(({ locations }) => locations ?? [])
  if (places.length === 0) return undefined
  return places.map(({ line, column }) => ({ line, text: lines[line - 1]?.slice(column - 1) ?? '' }))
}

/** Whether the errors behind an error, where they name no place, quote a name. */
export const quotesName = (error: ConnectorError, name: string): boolean =>
  refusedPlaces(error) === undefined &&
  refusals(answerErrorsOf(error)).some(({ message }) => new RegExp(`["'\`]${name}["'\`]`).test(message))

const refusals = (errors: readonly AnswerError[]): readonly AnswerError[] => errors.filter(({ path }) => !path)

/** The reason of an error that an `errors` array became, unless it is about the size of a change or about places inside the answer. */
export const GRAPHQL_ERRORS = 'graphql errors'

/** Words of a refusal that a smaller change may avoid. */
const TOO_MUCH = /too (large|many|big)|maximum|no more than|exceed|complex/i

/** The whole message of a refusal for rate, which may also come under HTTP 200. Source: kubernetes-operator's test of its client. */
const TOO_MANY = /^\s*(429(:? too many requests)?|too many requests)[.!]?\s*$/i
const PERMISSION =
  /\bpermission (was )?denied\b|\b(do|does) not (permit|have (the )?permissions?)\b|\b(no|insufficient|missing|lacks?) permissions?\b|\bnot (permitted|authori[sz]ed)\b|\bforbidden\b|\baccess denied\b/i
const OUTDATED = /cannot query field|unknown argument|unknown type|syntax error|got invalid value|expected type/i
const BAD_ID = /unable to parse global id/i

/** Codes by which engines name a refusal, where they give any; the live API was never seen to give one. A code counts more than the words. */
const RATE_CODES = new Set(['429', 'TOO_MANY_REQUESTS', 'RATE_LIMITED', 'RATE_LIMIT_EXCEEDED', 'THROTTLED'])
const PERMISSION_CODES = new Set(['FORBIDDEN', 'PERMISSION_DENIED', 'UNAUTHORIZED', 'UNAUTHENTICATED'])
const OUTDATED_CODES = new Set(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED'])

/** Whether an entry says something: by its code where it has one, else by its words. What stands in quotes is a name and says nothing. */
const says = ({ message, extensions }: AnswerError, codes: ReadonlySet<string>, words: RegExp): boolean =>
  extensions?.code === undefined ? hasWords(message, words) : codes.has(extensions.code.toUpperCase())

const hasWords = (message: string, words: RegExp): boolean =>
  words.test(message.replaceAll(/"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`/g, '""'))

/** The API tells nobody beforehand what a key may do, so the first refused change has to say it. Source: twingate-api.md §1. */
const NEEDS_WRITE = 'the API key may not make this change: it needs the level Read & Write'

export const isThrottle = (errors: readonly AnswerError[]): boolean =>
  errors.some((error) => says(error, RATE_CODES, TOO_MANY))

export interface RefusedStatus {
  readonly status: number
  readonly host: string
  readonly operation: string
  /** Whether this tenant answered properly before: then a 404 is a passing fault, not an unknown network. */
  readonly known: boolean
  /** Whether the request was a mutation. */
  readonly change: boolean
  /** Whether the answer is a web page, which the Admin API does not send. */
  readonly page: boolean
  readonly places: SettingPlaces
}

/** Maps an HTTP status that carries no usable data to an error. */
export function statusError({ status, host, operation, known, change, page, places }: RefusedStatus): ConnectorError {
  const fail = (code: ErrorCode, detail: string) =>
    new ConnectorError(code, operation, detail, undefined, `http ${status}`)
  if (status === 401)
    return fail(
      'unauthenticated',
      `the API key was refused (401): it is wrong, disabled or deleted; make a new one under Settings > API and pass it by ${places.key}`,
    )
  if (status === 403 && page)
    return fail(
      'permission-denied',
      `${host} refused with a web page (403), which is not the Admin API's word about the key: a proxy, a firewall or another server stands in between, or this address is outside the key's allowed IP range; check ${places.network}, the proxy settings and Settings > API`,
    )
  if (status === 403)
    return fail(
      'permission-denied',
      change
        ? `${NEEDS_WRITE}, or this address is outside the key's allowed IP range (403); change that under Settings > API`
        : 'the API key may not do this (403): it lacks the permission, or this address is outside its allowed IP range; change that under Settings > API',
    )
  if (status === 404 && !known)
    return fail('not-found', `there is no Twingate network at ${host}; check the network name in ${places.network}`)
  if (status === 408) return fail('deadline-exceeded', `${host} gave up on the request (408)`)
  if (status >= 500 && status !== 501)
    return fail('unavailable', `${host} failed (${status}); https://status.twingate.com tells about outages`)
  if (status === 404) return fail('unavailable', `${host} answered 404 although it worked before`)
  if (status >= 300 && status < 400)
    return fail('failed-precondition', `${host} redirects to another address (${status}); check ${places.network}`)
  return fail('invalid-argument', `${host} refused the request (${status})`)
}

/**
 * Maps a non-empty `errors` array. Partial data beside it is not used, because what is missing from it cannot be known; `dataBeside` is for requests
 * that carry several questions.
 */
export function answerErrors(
  errors: readonly AnswerError[],
  { operation, document }: { readonly operation: string; readonly document: string },
  change: boolean,
  data?: unknown,
): ConnectorError {
  const messages = errors.map(({ message }) => message)
  const text = messages
    .filter((message) => message.trim() !== '')
    .slice(0, 3)
    .join('; ')
  const isInside = errors.every(({ path }) => (path?.length ?? 0) > 1)
  const reason = change && TOO_MUCH.test(text) ? 'too much' : isInside ? 'refused place' : GRAPHQL_ERRORS
  const fail = (code: ErrorCode, detail: string) =>
    new ConnectorError(code, operation, detail, new AnswerErrors(errors, document, data), reason)
  if (messages.some((message) => BAD_ID.test(message)))
    return fail('not-found', `Twingate does not know this id: ${text}`)
  if (errors.some((error) => says(error, PERMISSION_CODES, PERMISSION)))
    return fail(
      'permission-denied',
      change
        ? `${NEEDS_WRITE}; give it that under Settings > API: ${text}`
        : `the API key may not do this; give it the permission under Settings > API: ${text}`,
    )
  if (errors.some((error) => says(error, OUTDATED_CODES, OUTDATED)))
    return fail('internal', `the Admin API no longer fits this version of the connector, update it: ${text}`)
  return fail('unavailable', withWords('Twingate answered with an error', text))
}

export const malformed = (detail: string, operation: string, cause?: unknown): ConnectorError =>
  new ConnectorError('unavailable', operation, detail, cause, 'malformed answer')

/**
 * Maps a payload's refusal (`ok: false`). The server's words are passed on as they are.
 *
 * Source: twingate-api.md §7; `does not exist` is the one stable fragment, the others are matched loosely.
 */
export function refusedPayload(text: string, operation: string): ConnectorError {
  const code: ErrorCode = /does not exist/i.test(text)
    ? 'not-found'
    : /already exists/i.test(text)
      ? 'already-exists'
      : hasWords(text, PERMISSION)
        ? 'permission-denied'
        : 'failed-precondition'
  const detail =
    code === 'permission-denied'
      ? `Twingate refused: ${text} (a change needs an API key of the level Read & Write, see Settings > API)`
      : withWords('Twingate refused', text)
  return new ConnectorError(code, operation, detail, undefined, TOO_MUCH.test(text) ? 'too much' : 'refused')
}
