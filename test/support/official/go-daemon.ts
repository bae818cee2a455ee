import { spawn } from 'node:child_process'
import type { BatonPeer } from './baton-peer.ts'

/** A daemon that works for a peer, in a process of its own. */
export interface RunningDaemon {
  readonly pid: number
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  signal(name: NodeJS.Signals): void
  /** What it wrote to stderr and stdout so far. */
  output(): string
  /** Asks it to end, and waits. Nothing happens to one that ended before. */
  stop(): Promise<void>
}

export interface GoDaemonOptions {
  /** For unfinished sync files; must exist. */
  readonly temp: string
  readonly provisioning?: boolean
  /** Milliseconds before each page of a sync. */
  readonly pageDelayMs?: number
  /** Milliseconds before each change. */
  readonly changeDelayMs?: number
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the official daemon over the toy connector. */
export function startGoDaemon(command: string, peer: BatonPeer, options: GoDaemonOptions): RunningDaemon {
  const { temp, provisioning = true, pageDelayMs = 0, changeDelayMs = 0, env = {} } = options
  const child = spawn(command, [], {
    // The daemon is two processes; the second is told to end by the first only where that ends in peace.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: temp,
      TMPDIR: temp,
      SSL_CERT_FILE: peer.caFile,
      BATON_C1_API_HOST: peer.host,
      BATON_CLIENT_ID: peer.clientId,
      BATON_CLIENT_SECRET: peer.clientSecret,
      BATON_C1Z_TEMP_DIR: temp,
      BATON_PROVISIONING: String(provisioning),
      BATON_PAGE_DELAY: String(pageDelayMs),
      BATON_CHANGE_DELAY: String(changeDelayMs),
      BATON_LOG_LEVEL: 'warn',
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} cannot be started`)
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name)
  }
  return {
    pid,
    ended,
    signal,
    output: () => output,
    async stop() {
      signal('SIGINT')
      await ended
    },
  }
}
