import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Judge } from './judge.ts'
import { describeRequest, type RecordedRequest } from './recorded-request.ts'
import { breaches, type RuleOptions } from './rules.ts'
import { stateBreaches } from './state-rules.ts'

/** What happens to a request. Where nothing else is said, the server does what it asks for. */
export type Trouble =
  /** The server does it, and the connection breaks before the answer. */
  | { readonly kind: 'lose-answer' }
  /** The connection breaks before the server is asked. */
  | { readonly kind: 'lose-request' }
  /** The server does it, and half of its answer arrives. */
  | { readonly kind: 'cut-answer' }
  /** The server is asked when the promise resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The server is not asked; this is answered. */
  | ({ readonly kind: 'answer' } & InventedAnswer)
  /** The server does it, and this is answered. */
  | ({ readonly kind: 'answer-after' } & InventedAnswer)

export interface InventedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A trouble and whom it meets, by what the request is about: never by its number, which depends on the order. */
export interface Fault {
  readonly when: (request: RecordedRequest) => boolean
  /** @default 1 */
  readonly times?: number
  readonly trouble: Trouble
}

export interface Exchange extends RecordedRequest {
  /** As the client got it; `undefined` where the connection broke. */
  readonly status: number | undefined
  /** As the server gave it; `undefined` where it was not asked. */
  readonly answered: number | undefined
  /** Milliseconds, for pacing. */
  readonly at: number
  readonly complaints: readonly string[]
}

export interface RecordingProxy {
  /** Base address to give to the client. */
  readonly url: string
  readonly exchanges: readonly Exchange[]
  /** What the rules and the judge found, each with the request. Empty is what a test expects. */
  complaints(): readonly string[]
  /** Requests of a purpose since the last `forget`. */
  count(...purposes: readonly RecordedRequest['purpose'][]): number
  inject(fault: Fault): void
  /** Forgets exchanges and faults. */
  forget(): void
  stop(): Promise<void>
}

export interface ProxyOptions extends RuleOptions {
  /** @default none: the rules alone */
  readonly judge?: Judge | undefined
  /** Whether each PATCH is held against what the server holds just before it, which costs a request to the server. @default true */
  readonly looks?: boolean
}

/** The refusals that servers give, as a server would word them. */
export const troubles = {
  tooMany: (seconds: number): Trouble => ({
    kind: 'answer',
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: scimError(429),
  }),
  refuse: (status: number, scimType?: string): Trouble => ({
    kind: 'answer',
    status,
    body: scimError(status, scimType),
  }),
  failAfter: (status: number): Trouble => ({ kind: 'answer-after', status, body: scimError(status) }),
} as const

const scimError = (status: number, scimType?: string) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: String(status),
  ...(scimType !== undefined && { scimType }),
  detail: 'an invented refusal',
})

/** Forwards to a server, records every exchange, holds each request against the rules, and breaks what it is told to. */
export async function startRecordingProxy(target: string, options: ProxyOptions = {}): Promise<RecordingProxy> {
  const { judge, looks = true } = options
  const base = new URL(target)
  const agent = new Agent({ keepAlive: true })
  let exchanges: Exchange[] = []
  let faults: (Fault & { left: number })[] = []

  const troubleFor = (recorded: RecordedRequest): Trouble | undefined => {
    const fault = faults.find(({ left, when }) => left > 0 && when(recorded))
    if (fault) fault.left--
    return fault?.trouble
  }

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const at = performance.now()
    const text = await readText(incoming)
    const address = (incoming.url ?? '').slice(base.pathname.replace(/\/$/, '').length)
    const headers = singleHeaders(incoming.headers)
    const recorded = describeRequest(incoming.method ?? '', address, headers, text)
    const ask = (method: string, path: string, body: string) =>
      forward(new URL(`${target}${path}`), agent, { method, headers, body })

    const complaints = [...breaches(recorded, options), ...((await judge?.complaints(recorded)) ?? [])]
    if (looks && recorded.method === 'PATCH') {
      const { 'content-type': _, 'if-match': __, ...reading } = headers
      const before = await forward(new URL(`${target}${recorded.path}`), agent, {
        method: 'GET',
        headers: reading,
        body: '',
      })
      if (before.status === 200) complaints.push(...stateBreaches(recorded, JSON.parse(before.body)))
    }
    const trouble = troubleFor(recorded)
    if (trouble?.kind === 'hold') await trouble.until
    const isAsked = trouble?.kind !== 'answer' && trouble?.kind !== 'lose-request'
    const answer = isAsked ? await ask(recorded.method, address, text) : undefined
    const status = deliver(outgoing, trouble, answer)
    exchanges.push({ ...recorded, status, answered: answer?.status, at, complaints })
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${base.pathname.replace(/\/$/, '')}`,
    get exchanges() {
      return exchanges
    },
    complaints: () =>
      exchanges.flatMap(({ method, path, complaints }) => complaints.map((text) => `${method} ${path}: ${text}`)),
    count: (...purposes) => exchanges.filter(({ purpose }) => purposes.includes(purpose)).length,
    inject: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    forget() {
      exchanges = []
      faults = []
    },
    async stop() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Forwarded {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'accept-encoding',
])

const singleHeaders = (headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !HOP_BY_HOP.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )

async function readText(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function forward(
  url: URL,
  agent: Agent,
  {
    method,
    headers,
    body,
  }: { readonly method: string; readonly headers: RecordedRequest['headers']; readonly body: string },
): Promise<Forwarded> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request(url, { method, agent, headers: { ...headers, ...length } }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  return { status: response.statusCode ?? 0, headers: response.headers, body: await readText(response) }
}

/** Gives the client what the trouble leaves of the answer; returns the status that it sees. */
function deliver(
  outgoing: ServerResponse,
  trouble: Trouble | undefined,
  answer: Forwarded | undefined,
): number | undefined {
  if (trouble?.kind === 'answer' || trouble?.kind === 'answer-after') {
    const { status, headers, body } = trouble
    outgoing.writeHead(status, { 'content-type': 'application/scim+json', ...headers })
    outgoing.end(body === undefined ? '' : JSON.stringify(body))
    return status
  }
  if (!answer || trouble?.kind === 'lose-answer' || trouble?.kind === 'lose-request') {
    outgoing.destroy()
    return undefined
  }
  const body = Buffer.from(answer.body)
  outgoing.writeHead(answer.status, { ...singleHeaders(answer.headers), 'content-length': String(body.length) })
  if (trouble?.kind !== 'cut-answer') {
    outgoing.end(body)
    return answer.status
  }
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy())
  return undefined
}
