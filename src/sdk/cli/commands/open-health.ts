import type { DaemonEvent, DaemonState } from '../../service/watch/state.ts'
import { whyNotReady } from '../../service/watch/readiness.ts'
import type { SourceTraffic } from '../../contract/traffic.ts'
import type { Connector } from '../../contract/connector.ts'
import type { Logger } from '../../ground/ports.ts'
import type { Ambient } from '../ambient.ts'
import type { ServeConfig } from '../../settings/catalog.ts'

export interface Watched {
  readonly connector: Connector
  readonly state: () => DaemonState
  readonly traffic: () => SourceTraffic
}

export interface Health {
  readonly note: (event: DaemonEvent) => void
  readonly close: () => Promise<void>
}

/** The health server with its metrics where the settings ask for one; nothing of them is loaded otherwise. */
export async function openHealth(
  config: ServeConfig,
  { clock, version }: Ambient,
  log: Logger,
  { connector, state, traffic }: Watched,
): Promise<Health> {
  if (!config['health-check']) return { note() {}, async close() {} }
  const { createMetrics } = await import('../../service/watch/metrics.ts')
  const { startHealthServer } = await import('../../health/health-server.ts')
  const metrics = createMetrics({ version, state, traffic })
  const server = await startHealthServer({
    host: config['health-check-bind-address'],
    port: config['health-check-port'],
    clock,
    whyNotReady: () => whyNotReady(state(), clock),
    validate: (signal) => connector.validate({ signal, log }),
    metrics,
  })
  log.info('health server listens', { address: config['health-check-bind-address'], port: server.port })
  return { note: (event) => metrics.note(event), close: () => server.close() }
}
