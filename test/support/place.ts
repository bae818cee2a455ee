import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, type ProgramOptions, type RunningProgram, startProgram } from './run-program.ts'
import { syncTenant, temporaryFolder } from '../tenant/sync-tenant.ts'
import { TENANT_KEYS } from '../tenant/api-keys.ts'
import { type RunningTenant, startTenant, type TenantOptions } from '../tenant/start-tenant.ts'

/** Looks like nothing else, so that one look at a text tells whether it leaked. */
export const KEY = 'k3y-that+must/never=be"seen-8f2b61c0'

type Extra = Pick<ProgramOptions, 'env' | 'under'>

/** A folder to run the program in, with a tenant when one is asked for. */
export interface Place {
  readonly folder: string
  /** `sync.c1z` in the folder. */
  readonly file: string
  /** Puts a finished sync into the file, without a process. Default of the demo tenant. */
  previousSync(server?: RunningTenant): Promise<void>
  /** A tenant that takes `KEY`, for reading. */
  serve(options?: TenantOptions): Promise<RunningTenant>
  start(args: readonly string[], extra?: Extra): RunningProgram
  /** Errors: where the key is in any output or in any file of the folder. */
  run(args: readonly string[], extra?: Extra): Promise<Ended>
  /** Writes a file that may hold the key, outside the folder. Gives its path. */
  input(name: string, text: string): string
  /** Names and digests of all files in the folder. */
  contents(): Readonly<Record<string, string>>
}

/** What must be set to sync from a running tenant. */
export const settingsFor = (baseUrl: string): Readonly<Record<string, string>> => ({
  BATON_DOMAIN: 'acme',
  BATON_API_KEY: KEY,
  BATON_BASE_URL: baseUrl,
})

export function createPlace(atEnd: (cleanUp: () => void | Promise<void>) => void): Place {
  const folder = temporaryFolder(atEnd)
  const inputs = temporaryFolder(atEnd)
  const start = (args: readonly string[], extra: Extra = {}): RunningProgram =>
    startProgram(args, { cwd: folder, atEnd, ...extra })
  return {
    folder,
    file: join(folder, 'sync.c1z'),
    async previousSync(server) {
      const source = server ?? (await startTenant())
      await syncTenant(source, join(folder, 'sync.c1z'))
      if (!server) await source.close()
    },
    async serve(options = {}) {
      const server = await startTenant({ keys: { ...TENANT_KEYS, [KEY]: 'read' }, ...options })
      atEnd(() => server.close())
      return server
    },
    start,
    async run(args, extra) {
      const ended = await start(args, extra).ended
      refuseKey(ended, folder)
      return ended
    },
    input(name, text) {
      const path = join(inputs, name)
      writeFileSync(path, text)
      return path
    },
    contents: () => Object.fromEntries(filesIn(folder).map((name) => [name, digest(readFileSync(join(folder, name)))])),
  }
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

/** A running program removes its working files at any moment. */
function textIn(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

const FORMS = [KEY, JSON.stringify(KEY).slice(1, -1), encodeURIComponent(KEY), Buffer.from(KEY).toString('base64')]

/** Errors: where the key is in any output or in any file of the folder. */
export function refuseKey({ stdout, stderr }: Ended, folder: string): void {
  const texts = [
    ['stdout', stdout] as const,
    ['stderr', stderr] as const,
    ...filesIn(folder).map((name) => [name, textIn(join(folder, name))] as const),
  ]
  for (const [where, text] of texts)
    if (FORMS.some((form) => text.includes(form))) throw new Error(`the API key is in ${where}`)
}
