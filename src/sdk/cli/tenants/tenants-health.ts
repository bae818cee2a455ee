import type { Connector } from '../../contract/connector.ts'
import type { SourceTraffic } from '../../contract/traffic.ts'
import { ConnectorError, worstOf } from '../../ground/errors.ts'
import type { Clock, Logger } from '../../ground/ports.ts'
import { mergeMetrics } from '../../service/watch/merge-metrics.ts'
import { whyNotReady } from '../../service/watch/readiness.ts'
import type { DaemonEvent, DaemonState } from '../../service/watch/state.ts'
import type { ServeConfig } from '../../settings/catalog.ts'
import type { Ambient } from '../ambient.ts'

/** What health and metrics know of one tenant. */
export interface WatchedTenant {
  readonly name: string
  readonly connector: Connector
  readonly state: () => DaemonState
  readonly traffic: () => SourceTraffic
}

export interface TenantsHealth {
  readonly note: (tenant: string, event: DaemonEvent) => void
  readonly close: () => Promise<void>
}

/**
 * One health server for all tenants, where the settings ask for one. Metrics have the label `tenant`. The program is ready while every tenant is, and
 * healthy while every key works.
 */
export async function openTenantsHealth(
  config: ServeConfig,
  { clock, version }: Ambient,
  log: Logger,
  tenants: readonly WatchedTenant[],
): Promise<TenantsHealth> {
  if (!config['health-check']) return { note() {}, async close() {} }
  const { createMetrics, createProcessMetrics } = await import('../../service/watch/metrics.ts')
  const { startHealthServer } = await import('../../health/health-server.ts')
  const metrics = new Map(
    tenants.map(({ name, state, traffic }) => [
      name,
      createMetrics({ ...{ version, state, traffic }, labels: { tenant: name }, ofProcess: false }),
    ]),
  )
  // The process is one and told of once, without a tenant.
  const ofProcess = createProcessMetrics()
  const server = await startHealthServer({
    host: config['health-check-bind-address'],
    port: config['health-check-port'],
    clock,
    whyNotReady: () => whyNotAllReady(tenants, clock),
    validate: (signal) => validateAll(tenants, signal, log),
    metrics: {
      contentType: ofProcess.contentType,
      text: async () => mergeMetrics(await Promise.all([...metrics.values(), ofProcess].map((one) => one.text()))),
    },
  })
  log.info('health server listens', { address: config['health-check-bind-address'], port: server.port })
  return { note: (tenant, event) => metrics.get(tenant)?.note(event), close: () => server.close() }
}

/** Each tenant that is not ready, with its reason. */
function whyNotAllReady(tenants: readonly WatchedTenant[], clock: Clock): string | undefined {
  const reasons = tenants.flatMap(({ name, state }) => {
    const why = whyNotReady(state(), clock)
    return why === undefined ? [] : [`${name}: ${why}`]
  })
  return reasons.length === 0 ? undefined : reasons.join('; ')
}

/** Errors: the worst code, with the sentence of each tenant that failed. */
async function validateAll(tenants: readonly WatchedTenant[], signal: AbortSignal, log: Logger): Promise<void> {
  const failures = await Promise.all(
    tenants.map(async ({ name, connector }) => {
      try {
        await connector.validate({ signal, log })
        return []
      } catch (error) {
        const { code, detail } = ConnectorError.from(error, 'health')
        return [{ code, text: `${name}: ${detail}` }]
      }
    }),
  )
  const failed = failures.flat()
  const worst = worstOf(failed.map(({ code }) => code))
  if (worst === undefined) return
  throw new ConnectorError(worst, 'health', failed.map(({ text }) => text).join('; '))
}
