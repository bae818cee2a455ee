import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { judgeTokenRequest, type Registration } from './credentials.ts'
import type { Habits } from './delta-objects.ts'
import { DeltaService } from './delta-service.ts'
import { Directory } from './directory.ts'
import { answer, type Operation, operationOf, refusal, type Reply, type World } from './routes.ts'

/** A request as faults and tests name it. */
export interface RequestIdentity {
  readonly operation: Operation
  /** From 1, counted for each operation since the last `newRound`. */
  readonly number: number
  readonly url: string
}

export interface GraphServiceOptions {
  readonly habits?: Partial<Habits>
  /** @default 2 */
  readonly pageSize?: number
  readonly certificate?: string
  readonly federatedToken?: string
  /** Called before a request is answered. What it gives is the answer; edits it makes are seen by it. @default nothing goes wrong */
  readonly onRequest?: (request: RequestIdentity) => Reply | undefined
}

export interface GraphService {
  /** For the settings `graphUrl` and `loginUrl`. */
  readonly graphUrl: string
  readonly loginUrl: string
  readonly registration: Registration
  /** Application id of the enterprise application. */
  readonly application: string
  readonly directory: Directory
  /** Every request, in the order it came. */
  readonly requests: readonly RequestIdentity[]
  /** Forgets the requests so far, so that numbers begin at 1 again. */
  newRound(): void
  /** Makes all delta tokens unknown. */
  forgetTokens(how: 'not-found' | 'reset'): void
  /** Makes all access tokens invalid. */
  revokeAccess(): void
  /** Refuses an operation for want of a permission. */
  forbid(operation: Operation): void
  close(): Promise<void>
}

const DEFAULT_HABITS: Habits = {
  memberSlice: 3,
  updates: 'whole',
  restores: 'as-new',
  capitals: false,
  repeats: false,
  emptyPages: false,
}

/** Starts the stateful imitation of Microsoft Graph and of the token endpoint on a free port of this machine. */
export async function startGraphService(options: GraphServiceOptions = {}): Promise<GraphService> {
  const { pageSize = 2, onRequest = () => undefined, certificate, federatedToken } = options
  const habits = { ...DEFAULT_HABITS, ...options.habits }
  const directory = new Directory()
  const registration: Registration = {
    tenant: 'contoso.example',
    clientId: '11112222-3333-4444-5555-666677778888',
    secret: 'the-client-secret',
    ...(certificate !== undefined && { certificate }),
    ...(federatedToken !== undefined && { federatedToken }),
  }
  const application = '99998888-7777-6666-5555-444433332222'
  const delta = new DeltaService(directory, habits, pageSize)
  const requests: RequestIdentity[] = []
  const forbidden = new Set<Operation>()
  let tokens = 0
  let oldest = 1

  const world = (baseUrl: string): World => ({ directory, delta, habits, pageSize, application, baseUrl })

  const identify = (operation: Operation, url: string): RequestIdentity => {
    const number = requests.filter((other) => other.operation === operation).length + 1
    const identity = { operation, number, url }
    requests.push(identity)
    return identity
  }

  const tokenReply = async (request: IncomingMessage, url: URL): Promise<Reply> => {
    const fault = onRequest(identify('token', url.href))
    if (fault) return fault
    const [, tenant = ''] = url.pathname.split('/')
    const refused = await judgeTokenRequest(new URLSearchParams(await text(request)), tenant, url.href, registration)
    if (refused) {
      const { status, error, code } = refused
      const words = `AADSTS${code}: refused.\r\nTrace ID: 0000`
      return { status, body: { error, error_description: words, error_codes: [code] } }
    }
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: `token-${++tokens}` } }
  }

  const graphReply = (request: IncomingMessage, url: URL): Reply => {
    const path = decodeURIComponent(url.pathname.replace(/^\/v1\.0/, ''))
    const operation = operationOf(path)
    const fault = onRequest(identify(operation, url.href))
    if (fault) return fault
    const token = Number(/^Bearer token-(\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? 0)
    if (token < oldest || token > tokens) return refusal(401, 'InvalidAuthenticationToken', 'Access token is invalid.')
    if (forbidden.has(operation)) return refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges.')
    if (request.method !== 'GET') return refusal(405, 'BadRequest', 'Only GET is served here.')
    return answer(operation, path, url.searchParams, world(`${url.origin}/v1.0`))
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`)
    const isToken = url.pathname.endsWith('/oauth2/v2.0/token')
    void (isToken ? tokenReply(request, url) : Promise.resolve(graphReply(request, url))).then((reply) =>
      send(response, reply),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    graphUrl: address,
    loginUrl: address,
    registration,
    application,
    directory,
    requests,
    newRound: () => requests.splice(0),
    forgetTokens: (how) => delta.forget(how),
    revokeAccess: () => (oldest = tokens + 1),
    forbid: (operation) => forbidden.add(operation),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
