import { Counter, Gauge, Registry } from 'prom-client'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { startHealthServer } from '../../sdk/health/health-server.ts'
import type { Engine } from '../cycle/engine.ts'
import type { CycleResult } from '../cycle/finish.ts'
import { Quarantine } from '../state/quarantine.ts'

export interface HealthSettings {
  readonly 'health-check': boolean
  readonly 'health-check-port': number
  readonly 'health-check-bind-address': string
}

export interface EngineHealth {
  readonly note: (result: CycleResult) => void
  readonly close: () => Promise<void>
}

/** The health server of an engine, where the settings ask for one. It is ready until a cycle fails, and in quarantine it is not. */
export async function openHealth(
  settings: HealthSettings,
  { process, log }: CommandCall,
  engine: Engine,
): Promise<EngineHealth> {
  if (!settings['health-check']) return { note() {}, async close() {} }
  const metrics = createMetrics(engine)
  let failure: string | undefined
  const host = settings['health-check-bind-address']
  const server = await startHealthServer({
    ...{ host, port: settings['health-check-port'], clock: process.clock },
    whyNotReady() {
      const quarantined = new Quarantine(engine.database).current()
      return quarantined ? `in quarantine: ${quarantined.detail}` : failure
    },
    // One request that changes nothing: an object that cannot be there.
    async validate(signal) {
      await engine.target.find('user', 'externalId', Buffer.from(process.random(16)).toString('hex'), signal)
    },
    metrics,
  })
  log.info('health server listens', { address: host, port: server.port })
  return {
    note(result) {
      failure = result.state === 'failed' ? `the last cycle failed: ${result.error?.detail ?? ''}` : undefined
      metrics.note(result)
    },
    close: () => server.close(),
  }
}

const STATES = ['succeeded', 'entry-errors', 'failed', 'canceled'] as const
const OBJECTS = [
  'created',
  'updated',
  'enabled',
  'disabled',
  'deleted',
  'failed',
  'membersAdded',
  'membersRemoved',
  'membersUnverified',
] as const

function createMetrics({ database, target, clock }: Engine) {
  const registry = new Registry()
  const registers = [registry]
  const cycles = new Counter({
    name: 'baton_scim_cycles_total',
    help: 'Cycles that ended, by how',
    labelNames: ['state'],
    registers,
  })
  const objects = new Counter({
    name: 'baton_scim_objects_total',
    help: 'Objects and memberships that were changed at the target, by what was done, and objects that failed',
    labelNames: ['result'],
    registers,
  })
  const success = new Gauge({
    name: 'baton_scim_last_success_timestamp_seconds',
    help: 'When a cycle last came to its end without failures',
    registers,
  })
  const quarantined = new Gauge({
    name: 'baton_scim_quarantined',
    help: '1 in quarantine',
    registers,
  })
  const requests = new Gauge({
    name: 'baton_scim_requests',
    help: 'Requests sent to the target since the start',
    registers,
  })
  // What has not happened yet is 0, so that an alert sees the first time.
  for (const state of STATES) cycles.inc({ state }, 0)
  for (const result of OBJECTS) objects.inc({ result }, 0)
  return {
    contentType: registry.contentType,
    text() {
      quarantined.set(new Quarantine(database).current() ? 1 : 0)
      requests.set(target.traffic().requests)
      return registry.metrics()
    },
    note({ state, counts }: CycleResult) {
      cycles.inc({ state })
      if (state === 'succeeded') success.set(clock.now().getTime() / 1000)
      if (counts) for (const result of OBJECTS) objects.inc({ result }, counts[result])
    },
  }
}
