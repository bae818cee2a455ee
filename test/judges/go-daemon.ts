import type { BatonPeer } from './baton-peer.ts'
import { startDaemon, type RunningDaemon } from './running-daemon.ts'

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
  return startDaemon(command, [], {
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
  })
}
