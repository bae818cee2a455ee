import { PROGRAM } from '../support/run-program.ts'
import { PROVISION_KEY } from '../tenant/api-keys.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'
import type { BatonPeer } from './baton-peer.ts'
import { startDaemon, type RunningDaemon } from './running-daemon.ts'

export interface OwnDaemonOptions {
  /** Its state directory. */
  readonly stateDir: string
  /** What it reads and changes. */
  readonly tenant: Pick<RunningTenant, 'baseUrl'>
  readonly provisioning?: boolean
  /** Command of the program where it is not this checkout's. */
  readonly program?: readonly string[]
  /** Added to the environment, and goes before what is there; an empty text takes a variable away. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts our program in service mode over a test tenant. */
export function startOwnDaemon(peer: BatonPeer, options: OwnDaemonOptions): RunningDaemon {
  const { stateDir, tenant, provisioning = true, program = PROGRAM, env = {} } = options
  const [command = '', ...args] = program
  return startDaemon(command, args, {
    PATH: process.env['PATH'],
    HOME: stateDir,
    SSL_CERT_FILE: peer.caFile,
    BATON_C1_API_HOST: peer.host,
    BATON_CLIENT_ID: peer.clientId,
    BATON_CLIENT_SECRET: peer.clientSecret,
    BATON_STATE_DIR: stateDir,
    BATON_PROVISIONING: String(provisioning),
    BATON_DOMAIN: 'acme',
    BATON_BASE_URL: tenant.baseUrl,
    BATON_API_KEY: PROVISION_KEY,
    BATON_LOG_LEVEL: 'warn',
    ...env,
  })
}
