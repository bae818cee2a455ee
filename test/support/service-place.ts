import { setTimeout as wait } from 'node:timers/promises'
import { type BatonServiceStub, startBatonService } from '../platform/service/start-baton-service.ts'
import { freePort } from './free-port.ts'
import type { RunningProgram } from './run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import type { RunningTenant, TenantOptions } from '../tenant/start-tenant.ts'
import { makeCertificates } from './certificates.ts'
import { createPlace, type Place, settingsFor } from './place.ts'

type AtEnd = Parameters<typeof createPlace>[0]

/** A place with a tenant, a platform and everything set that a daemon needs to work for both. */
export interface ServicePlace extends Place {
  readonly stub: BatonServiceStub
  readonly tenant: RunningTenant
  readonly stateDir: string
  /** Of the health server. */
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** Starts the daemon with its health server. */
  daemon(args?: readonly string[], extra?: Readonly<Record<string, string>>): RunningProgram
  /** Asks the health server; `undefined` while nobody listens. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string } | undefined>
}

export async function createServicePlace(atEnd: AtEnd, options?: TenantOptions): Promise<ServicePlace> {
  const place = createPlace(atEnd)
  const { caFile, localhost } = makeCertificates(temporaryFolder(atEnd))
  const stub = await startBatonService(localhost)
  atEnd(() => stub.stop())
  const tenant = await place.serve(options)
  const stateDir = temporaryFolder(atEnd)
  const port = await freePort()
  const env = {
    ...settingsFor(tenant.baseUrl),
    SSL_CERT_FILE: caFile,
    BATON_CLIENT_ID: stub.credentials.clientId,
    BATON_CLIENT_SECRET_FILE: place.input('client-secret', stub.credentials.clientSecret),
    BATON_STATE_DIR: stateDir,
    BATON_HEALTH_CHECK: 'true',
    BATON_HEALTH_CHECK_PORT: String(port),
  }
  return {
    ...place,
    ...{ stub, tenant, stateDir, port, env },
    daemon: (args = [], extra = {}) => place.start(args, { env: { ...env, ...extra } }),
    async ask(path) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`)
        return { status: answer.status, body: await answer.text() }
      } catch {
        return undefined
      }
    },
  }
}

/** Looks again and again until there is something to see. The test's own time limit ends it. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    await wait(25)
  }
}
