import { Readable } from 'node:stream'
import type { Command, ProcessContext } from '../../../../src/sdk/cli/command.ts'
import { product } from '../../../../cmd/baton-twingate/product.ts'
import type { Files } from '../../../../src/sdk/settings/files.ts'
import type { ProgramDeps } from '../../../../src/sdk/cli/program.ts'
import type { SourceCall, TenantsCall, WatchCall } from '../../../../src/sdk/cli/core/core-command.ts'
import { type Core, coreOf } from '../../../../src/sdk/cli/core/index.ts'
import type { Invocation, Io, TenantRun } from '../../../../src/sdk/cli/io.ts'
import { runProgram } from '../../../../src/sdk/cli/program.ts'
import type { Config } from '../../../../src/connector/settings.ts'
import type { ServeConfig, WatchConfig } from '../../../../src/sdk/settings/catalog.ts'

/** A stream that keeps what is written to it. */
export function recorder(isTTY = false, columns = 80) {
  const parts: string[] = []
  return { write: (text: string) => parts.push(text), isTTY, columns, parts, text: () => parts.join('') }
}

const missing = (): never => {
  throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
}

/** Files by absolute path; a value of `EACCES` stands for one that may not be read. */
export const filesOf = (texts: Readonly<Record<string, string>>): Files => ({
  readText: async (path) => {
    const text = texts[path] ?? missing()
    if (text === 'EACCES') throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
    return text
  },
  isThere: async (path) => texts[path] !== undefined,
  isDirectory: async (path) => Object.keys(texts).some((file) => file.startsWith(`${path}/`)) || missing(),
})

export interface Call {
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly isTTY?: boolean
  readonly deps?: Partial<ProgramDeps>
  /** What is done by these commands, in place of what they do. */
  readonly runs?: {
    readonly sync?: (call: SourceCall) => Promise<number>
    readonly status?: (call: WatchCall) => Promise<number>
    readonly 'health-check'?: (call: WatchCall) => Promise<number>
  }
  /** Commands that are one value each. */
  readonly commands?: readonly Command[]
}

/** A process in `/here` that nobody stops and nobody types into. */
const processContext = (env: NodeJS.ProcessEnv): ProcessContext => ({
  env,
  cwd: '/here',
  clock: { now: () => new Date(1_712_345_678_123), monotonicMs: () => 0 },
  sleep: async () => {},
  random: (length) => new Uint8Array(length),
  signal: new AbortController().signal,
  version: '1.2.3',
  stdin: Readable.from([]),
  tempDir: '/tmp',
  pid: 1,
  host: 'here',
  uid: 1000,
  isAlive: () => true,
})

/** Runs the program in `/here` and tells what came of it. */
export async function run({
  argv = [],
  env = {},
  files = {},
  isTTY = false,
  deps = {},
  runs = {},
  commands = [],
}: Call) {
  const stdout = recorder(isTTY)
  const stderr = recorder(isTTY)
  const seen: { command: string; config: Config; io: Io; invocation?: Invocation }[] = []
  const served: ServeConfig[] = []
  const tenants: { readonly command: string; readonly runs: readonly TenantRun[] }[] = []
  const noteTenants =
    (command: string) =>
    async ({ tenants: several }: TenantsCall) => {
      tenants.push({ command, runs: several })
      return 0
    }
  const watched: { readonly config: WatchConfig; readonly invocation: Invocation }[] = []
  const note =
    (command: string) =>
    async ({ config, io }: SourceCall) => {
      seen.push({ command, config: config as Config, io })
      return 0
    }
  const watch = async ({ config, invocation }: WatchCall): Promise<number> => {
    watched.push({ config, invocation })
    return 0
  }
  const core = coreOf(product)
  const noting: Core = {
    ...core,
    source: core.source.map((command) => {
      const { name } = command
      return { ...command, run: (name === 'sync' && runs.sync) || note(name), ofTenants: noteTenants(name) }
    }),
    watch: core.watch.map((command) => ({
      ...command,
      run: (command.name === 'status' ? runs.status : runs['health-check']) ?? watch,
    })),
    daemon: {
      run: async (call) => {
        served.push(call.config as ServeConfig)
        return note('serve')(call)
      },
      ofTenants: noteTenants('serve'),
    },
    change: {
      run: async ({ config, io, invocation }) => {
        seen.push({ command: invocation.command ?? 'one-shot', config: config as Config, io, invocation })
        return 0
      },
    },
  }
  const code = await runProgram({
    argv,
    env,
    stdout,
    stderr,
    cwd: '/here',
    version: '1.2.3',
    files: filesOf(files),
    clock: { now: () => new Date(1_712_345_678_123), monotonicMs: () => 0 },
    product: { ...product, commands },
    core: noting,
    ambient: {
      ...processContext(env),
      style: (text) => text,
      paint: { stdout: (_, text) => text, stderr: (_, text) => text },
      ask: undefined,
      stdin: async () => '',
    },
    process: processContext(env),
    ...deps,
  })
  const [first] = seen
  const told = { stdout: stdout.text(), stderr: stderr.text() }
  return { code, ...told, served: served[0], watched: watched[0], tenants: tenants[0], ...first }
}

export const KEY = 'k3y-that-must-not-show'

export const COMPLETE = { BATON_DOMAIN: 'acme', BATON_API_KEY: KEY } as const
