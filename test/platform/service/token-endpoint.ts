import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import type { TestCredentials } from './client-credentials.ts'

export type TokenReply = (response: ServerResponse) => void

export interface TokenEndpoint {
  /** Whose assertions are accepted, by client id. */
  readonly clients: Map<string, TestCredentials['publicKey']>
  /** Every request's outcome: the token, or why it was refused. */
  readonly requests: string[]
  /** Tokens that the service honours. */
  readonly honoured: Set<string>
  /** Seconds that tokens are said to last; what is not a number goes into the answer as it is. */
  expiresIn: unknown
  /** Answers in place of the endpoint, once each, in order. */
  readonly replies: TokenReply[]
  /** The time of this side. */
  now: () => Date
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** The platform's token endpoint: it verifies the assertion as the platform would. */
export function createTokenEndpoint(): TokenEndpoint {
  const endpoint: TokenEndpoint = {
    clients: new Map(),
    requests: [],
    honoured: new Set(),
    expiresIn: 3600,
    replies: [],
    now: () => new Date(),
    async handle(request, response) {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      response.setHeader('date', endpoint.now().toUTCString())
      const scripted = endpoint.replies.shift()
      if (scripted) {
        endpoint.requests.push('scripted')
        scripted(response)
        return
      }
      try {
        await verify(request, new URLSearchParams(Buffer.concat(chunks).toString()), endpoint)
      } catch (error) {
        endpoint.requests.push(String(error))
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}')
        return
      }
      const token = randomBytes(12).toString('hex')
      endpoint.honoured.add(token)
      endpoint.requests.push(token)
      const body = { access_token: token, token_type: 'bearer', expires_in: endpoint.expiresIn }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    },
  }
  return endpoint
}

async function verify(request: IncomingMessage, form: URLSearchParams, endpoint: TokenEndpoint): Promise<void> {
  const expect = (good: boolean, what: string): void => {
    if (!good) throw new Error(what)
  }
  expect(request.method === 'POST' && request.url === '/auth/v1/token', 'address')
  expect(request.headers['content-type'] === 'application/x-www-form-urlencoded', 'content type')
  expect([...form.keys()].sort().join() === 'client_assertion,client_assertion_type,client_id,grant_type', 'fields')
  expect(form.get('grant_type') === 'client_credentials', 'grant type')
  const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  expect(form.get('client_assertion_type') === assertionType, 'assertion type')
  const clientId = form.get('client_id') ?? ''
  const publicKey = endpoint.clients.get(clientId)
  if (!publicKey) throw new Error('unknown client')
  const assertion = form.get('client_assertion') ?? ''
  const header = decodeProtectedHeader(assertion)
  expect(header.typ === undefined && /^[0-9a-f]{32}$/.test(String(header['nonce'])), 'header')
  const { payload } = await jwtVerify(assertion, await importJWK(publicKey, 'EdDSA'), {
    algorithms: ['EdDSA'],
    issuer: clientId,
    subject: clientId,
    audience: clientId.replace(/^.*@/, '').replace(/[:/].*$/, ''),
    currentDate: endpoint.now(),
    requiredClaims: ['exp', 'iat', 'nbf'],
  })
  const { exp = 0, iat = 0, nbf = 0 } = payload
  expect(exp - iat === 120 && iat - nbf === 120 && Object.keys(payload).length === 6, 'claims')
}
