import { once } from 'node:events'
import { createServer as createWebServer } from 'node:http'
import { createServer as createGrpcServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type Server } from 'node:tls'
import { makeCredentials, type TestCredentials } from './client-credentials.ts'
import { messagesOf } from './frames.ts'
import { BATON, decode, type Fields } from './messages.ts'
import { answer, type Method, refuse, type Reply } from './replies.ts'
import { createTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts'
import { type ReceivedUpload, readUpload } from './uploads.ts'

export interface BatonServiceStub {
  /** `localhost:<port>`. */
  readonly host: string
  readonly port: number
  readonly credentials: TestCredentials
  readonly tokens: TokenEndpoint
  /** What becomes of the calls of a method; an empty message by default. */
  readonly on: Partial<Record<Method, Reply>>
  /** Called with every message of an upload and waited for; a reply ends it at once. */
  onUpload?: (soFar: ReceivedUpload) => Reply | undefined | Promise<undefined>
  /** Authorized calls, in the order in which they came. */
  readonly calls: readonly { readonly method: Method; readonly request: Fields; readonly headers: Fields }[]
  /** Uploads that came to their end. */
  readonly uploads: readonly ReceivedUpload[]
  /** Calls refused for their token. */
  readonly unauthorized: readonly Method[]
  /** Errors in what came, which fail a test. */
  readonly problems: readonly string[]
  readonly connections: number
  /** Tells the clients to go, as a server does before it ends. Calls under way go on. */
  goAway(): void
  /** Asks the clients for a sign of life, as HTTP/2 lets a server do. */
  ping(): void
  /** Drops every connection and stops listening. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  start(): Promise<void>
}

export interface StubOptions {
  readonly key: string
  readonly cert: string
  readonly kid?: string
}

/**
 * The platform's service in one process: gRPC by hand on node:http2, with a token endpoint on the same port, both over TLS. It knows the
 * protocol from `proto/` alone and shares nothing with the client.
 */
export async function startBatonService(options: StubOptions): Promise<BatonServiceStub> {
  const calls: { method: Method; request: Fields; headers: Fields }[] = []
  const uploads: ReceivedUpload[] = []
  const unauthorized: Method[] = []
  const problems: string[] = []
  const counts = new Map<Method, number>()
  const tokens = createTokenEndpoint()
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  let connections = 0
  let server: Server | undefined
  let port = 0

  async function receive(stream: ServerHttp2Stream, headers: Fields): Promise<void> {
    const method = String(headers[':path']).replace(`/${BATON}.BatonService/`, '') as Method
    const number = (counts.get(method) ?? 0) + 1
    counts.set(method, number)
    const token = /^Bearer (\S+)$/.exec(String(headers['authorization']))?.[1]
    if (token === undefined || !tokens.honoured.has(token)) {
      unauthorized.push(method)
      refuse(16, 'token is not valid')({ method, number, headers, request: {}, stream })
      return
    }
    const messages = messagesOf(stream.iterator({ destroyOnReturn: false }))
    const handle = (request: Fields): Reply | undefined => {
      calls.push({ method, request, headers })
      const reply = stub.on[method]
      reply?.({ method, number, headers, request, stream })
      return reply
    }
    if (method === 'UploadAsset') {
      let last: ReceivedUpload | undefined
      for await (const soFar of readUpload(messages)) {
        last = soFar
        const call = { method, number, headers, request: { task_id: soFar.taskId }, stream }
        const early = await stub.onUpload?.(soFar)
        if (early) return early(call)
      }
      const request = { task_id: last?.taskId }
      // A client that gives up ends the stream as well as resetting it, and the end may be seen first.
      if (last?.sha256 === undefined)
        return refuse(3, 'an upload without its end')({ method, number, headers, request, stream })
      uploads.push(last)
      if (!handle(request)) answer()({ method, number, headers, request, stream })
      return
    }
    const received: Buffer[] = []
    for await (const message of messages) received.push(message)
    if (received.length !== 1) throw new Error(`${received.length} messages in ${method}`)
    const request = decode(`${BATON}.BatonService${method}Request`, received[0]!)
    if (typeof request['host_id'] !== 'string') throw new Error(`${method} without host_id`)
    if (!handle(request)) answer()({ method, number, headers, request, stream })
  }

  const grpc = createGrpcServer({ maxSessionMemory: 100 })
  grpc.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => {}).on('close', () => sessions.delete(session))
  })
  grpc.on('sessionError', () => {})
  grpc.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    receive(stream, headers).catch((error: unknown) => {
      // The end of a stream that the client gave up is no problem of ours.
      if (!stream.closed && !stream.destroyed) problems.push(String(error))
      stream.close(2)
    })
  })
  const web = createWebServer((request, response) => void tokens.handle(request, response))

  async function listen(): Promise<void> {
    const { key, cert } = options
    server = createServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      connections++
      ;(socket.alpnProtocol === 'h2' ? grpc : web).emit('connection', socket)
    })
    server.on('tlsClientError', () => {})
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  await listen()
  port = (server!.address() as AddressInfo).port
  const host = `localhost:${port}`
  const credentials = makeCredentials(host, options.kid)
  tokens.clients.set(credentials.clientId, credentials.publicKey)
  const stub: BatonServiceStub = {
    host,
    port,
    credentials,
    tokens,
    on: {},
    calls,
    uploads,
    unauthorized,
    problems,
    get connections() {
      return connections
    },
    goAway() {
      for (const session of sessions) session.close()
    },
    ping() {
      for (const session of sessions) session.ping(() => {})
    },
    async stop() {
      const stopped = server
      if (!stopped) return
      server = undefined
      const closed = once(stopped, 'close')
      stopped.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async start() {
      await listen()
    },
  }
  return stub
}
