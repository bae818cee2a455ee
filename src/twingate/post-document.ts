import { ConnectorError } from '../sdk/ground/errors.ts'
import type { HttpAnswer } from '../sdk/http/transport.ts'
import { type AnswerError, Envelope } from './graphql-errors.ts'

/** What an answer holds, whatever its status: the server's own words stand in error answers, too. */
export interface Content {
  readonly json: boolean
  readonly data: unknown
  readonly errors: readonly AnswerError[]
}

export interface Posted {
  readonly answer: HttpAnswer
  readonly content: Content
}

export interface Document {
  readonly operation: string
  readonly document: string
  readonly variables: unknown
}

/**
 * Sends one document by graphql-request and gives the answer with its content. `exchange` carries the body: proxies, redirects, certificates and
 * the key are its own.
 *
 * Errors: those of `exchange` alone. What the library throws is never passed on: its text holds the request with all variables.
 */
export async function postDocument(
  { operation, document, variables }: Document,
  exchange: (body: string) => Promise<HttpAnswer>,
): Promise<Posted> {
  // Loaded here, because it costs more than all else that a start loads, and commands that send nothing have no use for it.
  const { GraphQLClient } = await import('graphql-request')
  let answer: HttpAnswer | undefined
  let failure: unknown
  const client = new GraphQLClient('https://admin-api.invalid/', {
    errorPolicy: 'all',
    // The name is known; the library would parse the document for it, each time anew.
    excludeOperationName: true,
    jsonSerializer: {
      stringify: (body: object) => JSON.stringify({ ...body, operationName: operation }),
      parse: (text: string): unknown => withoutNulls(JSON.parse(withoutMark(text))),
    },
    async fetch(_url, init) {
      try {
        answer = await exchange(textOf(init?.body))
      } catch (error) {
        failure = error
        throw error
      }
      return responseOf(answer.body)
    },
  })
  try {
    const { data, errors } = await client.rawRequest(document, variables as Record<string, unknown>)
    if (answer) return { answer, content: contentOf({ data, errors }) }
  } catch {
    // The answer itself tells more than the library does.
  }
  if (answer) return { answer, content: readContent(answer.body) }
  throw failure ?? new ConnectorError('internal', operation, 'the request was not sent')
}

const NOT_JSON: Content = { json: false, data: undefined, errors: [] }

const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

/** `"errors": null` and the like say the same as nothing; the library takes them for a fault. */
const withoutNulls = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name, entry]) => entry !== null || name === 'data'))
    : value

function contentOf(value: unknown): Content {
  const envelope = Envelope.safeParse(value)
  return envelope.success ? { json: true, data: envelope.data.data, errors: envelope.data.errors ?? [] } : NOT_JSON
}

/** For answers that the library refuses: JSON of another form than GraphQL's, or no JSON at all. */
function readContent(body: string): Content {
  try {
    return contentOf(JSON.parse(withoutMark(body)))
  } catch {
    return NOT_JSON
  }
}

/** The parts of a response that the library reads. The status is judged by the client, so every answer counts as a good one here. */
const responseOf = (body: string): Response =>
  ({
    ok: true,
    status: 200,
    headers: new Headers({ 'content-type': 'application/json' }),
    text: async () => body,
  }) satisfies Partial<Response> as Response

/** What the serializer above made; nothing else is ever sent. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : '')
