import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConnectorError } from '../ground/errors.ts'
import type { Clock } from '../ground/ports.ts'

export interface HealthServerOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  readonly clock: Clock
  /** Why the program is not ready, as a sentence; `undefined` while it is. */
  readonly whyNotReady: () => string | undefined
  /** Tries the source. Errors: `ConnectorError`, its detail is told to whoever asks. */
  readonly validate: (signal: AbortSignal) => Promise<void>
  /** Text of `/metrics` and its media type. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
}

export interface HealthServer {
  readonly port: number
  /** Also stops a trial of the source, for which the process would live on. */
  close(): Promise<void>
}

/** How long one trial of the source may take. Source: baton-sdk `pkg/healthcheck/server.go`. */
const VALIDATE_MS = 30_000
/** How long its answer holds, so that probes every few seconds do not use up the request budget. */
const VALID_FOR_MS = 30_000
const HEADERS_MS = 10_000
/** Whoever reaches the port must not use up the memory and the file descriptors of the daemon. */
const MOST_CONNECTIONS = 100

interface Reply {
  readonly code: number
  readonly type: string
  readonly body: string
}

/**
 * Serves `/live`, `/ready`, `/health` and `/metrics`. Bodies of the first three are the Go SDK's: `status`, `timestamp`, `details`.
 *
 * Errors: `failed-precondition` where the port is taken, `permission-denied` where it may not be opened, `invalid-argument` for an address that
 * is not this machine's; each names the settings.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const closing = new AbortController()
  const routes = routesOf(options, closing.signal)
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: HEADERS_MS }, (request, response) => {
    void answer(routes, request).then((reply) => send(reply, request, response))
  })
  server.maxConnections = MOST_CONNECTIONS
  const port = await listen(server, options)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Routes = ReadonlyMap<string, () => Promise<Reply>>

function routesOf({ clock, whyNotReady, validate, metrics }: HealthServerOptions, closing: AbortSignal): Routes {
  const says = (code: number, status: string, details?: Readonly<Record<string, string>>): Reply => ({
    code,
    type: 'application/json',
    body: JSON.stringify({
      status,
      timestamp: clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      ...(details && { details }),
    }),
  })
  const tried = cached(clock, (signal) => validate(AbortSignal.any([closing, signal])))
  return new Map([
    ['/live', async () => says(200, 'alive')],
    [
      '/ready',
      async () => {
        const why = whyNotReady()
        return why === undefined ? says(200, 'ready') : says(503, 'not_ready', { error: why })
      },
    ],
    [
      '/health',
      async () => {
        const failure = await tried()
        return failure === undefined
          ? says(200, 'healthy')
          : says(503, 'unhealthy', { error: 'connector validation failed', validation_error: failure.detail })
      },
    ],
    ['/metrics', async () => ({ code: 200, type: metrics.contentType, body: await metrics.text() })],
  ])
}

/** Tries the source at most once in `VALID_FOR_MS`, however many ask. */
function cached(clock: Clock, validate: HealthServerOptions['validate']): () => Promise<ConnectorError | undefined> {
  let until = -Infinity
  let result: Promise<ConnectorError | undefined> | undefined
  const attempt = async (): Promise<ConnectorError | undefined> => {
    try {
      await validate(AbortSignal.timeout(VALIDATE_MS))
      return undefined
    } catch (error) {
      return ConnectorError.from(error, 'health')
    } finally {
      until = clock.monotonicMs() + VALID_FOR_MS
    }
  }
  return () => {
    if (result === undefined || clock.monotonicMs() >= until) {
      until = Infinity
      result = attempt()
    }
    return result
  }
}

const text = (code: number, body: string): Reply => ({ code, type: 'text/plain; charset=utf-8', body: `${body}\n` })

async function answer(routes: Routes, request: IncomingMessage): Promise<Reply> {
  const [path = ''] = (request.url ?? '').split('?')
  const route = routes.get(path)
  if (!route) return text(404, `not found; there are ${[...routes.keys()].join(', ')}`)
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET and HEAD')
  try {
    return await route()
  } catch (error) {
    return text(500, ConnectorError.from(error, 'health').detail)
  }
}

function send({ code, type, body }: Reply, request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(code === 405 && { allow: 'GET, HEAD' }),
  })
  // Node itself leaves the body out for HEAD.
  response.end(body)
}

const LISTEN_FAILURES = {
  EADDRINUSE: ['failed-precondition', 'is in use by another program; choose another --health-check-port'],
  EACCES: ['permission-denied', 'may not be opened by this user; choose a --health-check-port above 1023'],
  EADDRNOTAVAIL: ['invalid-argument', 'is not an address of this machine; check --health-check-bind-address'],
  ENOTFOUND: ['invalid-argument', 'is not an address; check --health-check-bind-address'],
} as const

function listen(server: Server, { host, port }: HealthServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const known = Object.entries(LISTEN_FAILURES).find(([code]) => code === error.code)
      const [code, why] = known?.[1] ?? (['internal', `cannot be opened (${error.code ?? error.message})`] as const)
      reject(new ConnectorError(code, 'start the health server', `${host}:${port} ${why}`, error))
    })
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port))
  })
}
