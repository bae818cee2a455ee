import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTransport } from '../../../../src/sdk/http/transport.ts'
import { type Logger, silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'
import { openTarget, type TargetOptions } from '../../../../src/scim/target/open-target.ts'
import { startingProfile } from '../../../../src/scim/target/profile.ts'
import type { Target } from '../../../../src/scim/target/target.ts'

export interface Asked {
  readonly method: string
  /** With the query, as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

/** What a server answers; `hang up` breaks the connection. A body that is a text is sent as it is. */
export type Scripted =
  { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } | 'hang up'

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly asked: readonly Asked[]
}

/** A server that answers as told: for the odd answers that no real server gives on request. */
export async function serve(answer: (asked: Asked, number: number) => Scripted): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const one: Asked = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
      asked.push(one)
      const scripted = answer(one, asked.length)
      if (scripted === 'hang up') {
        response.destroy()
        return
      }
      const { status, headers, body } = scripted
      response.writeHead(status, { 'content-type': 'application/scim+json', ...headers })
      response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/scim/v2`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const listOf = (resources: readonly unknown[] | null | undefined, totalResults?: unknown, startIndex = 1) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: totalResults ?? resources?.length ?? 0,
  startIndex,
  ...(resources !== undefined && { Resources: resources }),
})

/** Time that passes only where somebody sleeps. */
export function sleepingTime() {
  let now = 0
  return {
    clock: { now: () => new Date(Date.UTC(2026, 0, 1) + now), monotonicMs: () => now },
    sleep: async (ms: number) => {
      now += ms
    },
    now: () => now,
  }
}

export const NEVER = new AbortController().signal

/** Opens a target over real HTTP; time passes only where it waits for the rate limit, and retries are quick. */
export const open = (url: string, options: Partial<TargetOptions> = {}, log: Logger = silentLogger): Target =>
  openTarget({
    url,
    token: new Secret('old-token'),
    profile: startingProfile('generic'),
    transport: createTransport({ timeoutMs: 5_000, env: {} }),
    ...sleepingTime(),
    log,
    version: '1.2.3',
    retry: { attempts: 3, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 2 },
    ...options,
  })
