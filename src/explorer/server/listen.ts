import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { isLoopback } from '../../sdk/http/is-loopback.ts'

/** Where the server listens, and who is let in besides this machine. */
export interface Place {
  readonly address: string
  readonly port: number
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly trustsProxy: boolean
  /** Names under which browsers come, besides the address. */
  readonly hostNames: readonly string[]
}

export interface PlaceSettings {
  readonly port: number
  readonly bind: string | undefined
  readonly 'tls-cert': string | undefined
  readonly 'tls-key': string | undefined
  readonly 'trust-proxy': boolean
  readonly 'host-name': readonly string[]
}

const OPERATION = 'open the explorer'
const HEADERS_MS = 10_000
const MOST_CONNECTIONS = 200
const LOOPBACK = '127.0.0.1'

/** Errors: `invalid-argument` for an address that other machines reach, without TLS or a proxy that is trusted; for TLS files that cannot be read. */
export function placeOf(settings: PlaceSettings): Place {
  const { bind, port, 'tls-cert': cert, 'tls-key': key, 'trust-proxy': trustsProxy, 'host-name': hostNames } = settings
  if ((cert === undefined) !== (key === undefined))
    throw new ConnectorError('invalid-argument', OPERATION, '--tls-cert and --tls-key are given together or not at all')
  const tls =
    cert === undefined || key === undefined ? undefined : { cert: pem(cert, 'tls-cert'), key: pem(key, 'tls-key') }
  const address = bind ?? LOOPBACK
  if (!isLoopback(address) && !tls && !trustsProxy)
    throw new ConnectorError(
      'invalid-argument',
      OPERATION,
      `--bind ${address} lets other machines in; give --tls-cert and --tls-key, or --trust-proxy where a proxy in front speaks TLS`,
    )
  return { address, port, tls, trustsProxy, hostNames }
}

function pem(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConnectorError('invalid-argument', OPERATION, `--${flag} ${path} cannot be read`, error)
  }
}

/** `host:port` as browsers send it; the port is left out where it is the usual one. */
export function hostsOf({ address, tls, hostNames, trustsProxy }: Place, port: number): ReadonlySet<string> {
  const own = [
    address.includes(':') && !address.startsWith('[') ? `[${address}]` : address,
    LOOPBACK,
    'localhost',
    '[::1]',
  ]
  const usual = tls ? 443 : 80
  const names = [...own, ...hostNames].map((name) => name.toLowerCase())
  return new Set(
    names.flatMap((name) => [
      `${name}:${port}`,
      ...(port === usual ? [name] : []),
      ...(trustsProxy && hostNames.some((each) => each.toLowerCase() === name) ? [name] : []),
    ]),
  )
}

export interface Listening {
  readonly port: number
  /** Lets the app answer from now on. */
  serve(app: Pick<Hono, 'fetch'>): void
  close(): Promise<void>
}

/** Errors: `failed-precondition` where the port is taken, `permission-denied` where it may not be opened, `invalid-argument` for an address of another machine. */
export async function listen({ address, port, tls }: Place): Promise<Listening> {
  const limits = { headersTimeout: HEADERS_MS, requestTimeout: 60_000 }
  const server: Server = tls ? createTlsServer({ ...limits, ...tls }) : createServer(limits)
  server.maxConnections = MOST_CONNECTIONS
  try {
    server.listen(port, address)
    await once(server, 'listening')
  } catch (error) {
    throw refusedPort(error, address, port)
  }
  return {
    port: (server.address() as AddressInfo).port,
    serve(app) {
      const answer = getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false })
      server.on('request', (request, response) => void answer(request, response))
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function refusedPort(error: unknown, address: string, port: number): ConnectorError {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE')
    return new ConnectorError(
      'failed-precondition',
      OPERATION,
      `port ${port} is taken; give another --port, or 0 for any`,
      error,
    )
  if (code === 'EACCES')
    return new ConnectorError(
      'permission-denied',
      OPERATION,
      `port ${port} may not be opened; give a --port above 1023`,
      error,
    )
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConnectorError(
      'invalid-argument',
      OPERATION,
      `${address} is no address of this machine; give another --bind`,
      error,
    )
  return ConnectorError.from(error, OPERATION)
}
