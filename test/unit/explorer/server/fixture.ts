import { request } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createApp } from '../../../../src/explorer/server/app.ts'
import { CheckRuns, type RuleFiles } from '../../../../src/explorer/server/check-runs.ts'
import { Library, type LibraryOptions } from '../../../../src/explorer/server/library.ts'
import { hostsOf, listen, type Place, placeOf, type PlaceSettings } from '../../../../src/explorer/server/listen.ts'
import type { RunPlaces } from '../../../../src/explorer/server/queries/runs.ts'
import { makeSnapshot, type MadeSync } from '../../../support/readers/make-snapshot.ts'

export const NO_PLACE: PlaceSettings = {
  port: 0,
  bind: undefined,
  'tls-cert': undefined,
  'tls-key': undefined,
  'trust-proxy': false,
  'host-name': [],
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether the session goes along. @default true */
  readonly cookie?: boolean
}

export interface Asker {
  readonly port: number
  readonly file: string
  /** Sends one request, with the session unless told otherwise. */
  readonly ask: (path: string, options?: AskOptions) => Promise<Reply>
  /** The answer of the API as JSON. */
  readonly json: <T = Readonly<Record<string, unknown>>>(path: string) => Promise<T>
}

const NO_RUNS: RunPlaces = {
  stateDir: undefined,
  scimState: undefined,
  ambient: {
    ...{ env: {}, cwd: '/', tempDir: '/tmp', uid: 1000, host: 'here' },
    now: () => new Date(0),
    isAlive: () => true,
  },
}

const CLOCK = { now: () => new Date('2026-03-03T00:00:00Z') }

export const TOKEN = 'the-token'
export const SESSION = 'the-session'
export const CSRF = 'the-csrf'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The server over a file of these syncs. */
export async function serve(
  syncs: readonly MadeSync[],
  settings: Partial<PlaceSettings> = {},
  jewels?: readonly string[],
): Promise<Asker> {
  const folder = newFolder()
  const file = join(folder, 'acme.c1z')
  makeSnapshot(file, syncs)
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title><div id="app"></div>')
  return serveFiles(
    { names: [file], dir: undefined, cwd: folder, tempDir: folder, ...(jewels && { jewels }) },
    settings,
  )
}

export async function serveFiles(
  options: Omit<LibraryOptions, 'indexes'>,
  settings: Partial<PlaceSettings> = {},
  {
    rules = { names: [], cwd: options.cwd },
    runs = NO_RUNS,
  }: Partial<{ readonly rules: RuleFiles; readonly runs: RunPlaces }> = {},
): Promise<Asker> {
  const place: Place = placeOf({ ...NO_PLACE, ...settings })
  const indexes = { now: () => new Date(Date.now() + 60_000), pid: process.pid, uid: process.getuid?.() }
  const library = new Library({ ...options, indexes })
  const server = await listen(place)
  onTestFinished(async () => {
    await server.close()
    library[Symbol.dispose]()
  })
  const { port } = server
  server.serve(
    createApp({
      guard: {
        ...{ token: TOKEN, session: SESSION, csrf: CSRF, port, isSecure: place.tls !== undefined },
        ...{ hosts: hostsOf(place, port), trustsProxy: place.trustsProxy },
      },
      ...{
        page: options.cwd,
        library,
        version: '1.2.3',
        clock: CLOCK,
        runs,
        checks: new CheckRuns(library, CLOCK, options.tempDir, rules),
      },
      session: () => ({ version: '1.2.3', csrf: CSRF, runs: false, files: library.infos() }),
    }),
  )
  const ask: Asker['ask'] = (path, { method = 'GET', headers = {}, body, cookie = true } = {}) =>
    new Promise((resolve, reject) => {
      const own = cookie ? { cookie: `explorer_${port}=${SESSION}` } : {}
      const sent = request({ port, host: '127.0.0.1', path, method, headers: { ...own, ...headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    ...{ port, ask, file: options.names[0] ?? dirname(options.cwd) },
    async json<T>(path: string) {
      const { status, body } = await ask(path)
      if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
      return JSON.parse(body) as T
    },
  }
}
