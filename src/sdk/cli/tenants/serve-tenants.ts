import { once } from 'node:events'
import { dirname } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import type { Logger } from '../../ground/ports.ts'
import { createLane, type Lane } from '../../pacing/lane.ts'
import { createSourceWaits } from '../../service/runtime/source-waits.ts'
import { runSchedule } from '../../service/runtime/schedule.ts'
import { afterEvent, type DaemonEvent, startState } from '../../service/watch/state.ts'
import { keepStatusFile } from '../../service/watch/status-file.ts'
import type { ServeConfig } from '../../settings/catalog.ts'
import { durationMs } from '../../text/duration.ts'
import { openStore } from '../commands/open-store.ts'
import type { ServeAmbient } from '../ambient.ts'
import { type HeldState, inStateDir, refuseMissingPage } from '../commands/serve.ts'
import { shrinkLimit } from '../commands/sync.ts'
import { keepTenantFolders } from '../commands/tenant-folders.ts'
import { startExplorer } from '../companion.ts'
import type { Io, TenantRun } from '../io.ts'
import type { TenantsCall } from '../core/core-command.ts'
import type { Product } from '../product.ts'
import { tenantLog } from './tenant-io.ts'
import { openTenantsHealth, type WatchedTenant } from './tenants-health.ts'

interface Serving extends HeldState {
  readonly product: Product
  readonly config: ServeConfig
  readonly io: Io
  readonly ambient: ServeAmbient
}

/**
 * A schedule for each tenant in one process, `tenants-at-once` syncs at a time. A tenant that fails is tried again as any schedule does, also where
 * its key is wrong at the first run: it stops no other. Ends with 0 after a signal to stop.
 *
 * Errors: as `inStateDir`; the health server's.
 */
export async function serveTenants(call: TenantsCall<ServeConfig, ServeConfig>): Promise<number> {
  const { product, ambient, config, io, tenants } = call
  await inStateDir(config, io, ambient, (held) => serve(tenants, { product, config, io, ambient, ...held }))
  return 0
}

async function serve(runs: readonly TenantRun<ServeConfig>[], serving: Serving): Promise<void> {
  const { product, config, io, ambient, tracing, stateDir } = serving
  const { log } = io
  refuseMissingPage(config, product)
  const folders = keepTenantFolders(
    stateDir,
    runs.map(({ name }) => name),
  )
  const tenants: Schedule[] = []
  for (const run of runs) tenants.push(await open(run, folders.get(run.name) ?? stateDir, serving))
  const health = await openTenantsHealth(config, ambient, log, tenants)
  const explorer = startExplorer(config, ['--state-dir', stateDir, ...shownFiles(runs)], ambient.env, log)
  const lane = createLane(config['tenants-at-once'])
  const ended = new AbortController()
  const noted = tenants.map((tenant) => ({
    ...tenant,
    note(event: DaemonEvent) {
      tenant.note(event)
      health.note(tenant.name, event)
      tracing.note(event)
    },
  }))
  const status = noted.map((tenant) => tenant.keepStatus(ended.signal))
  if (tenants.length === 0) log.warn('this shard has no tenant')
  try {
    if (tenants.length === 0 && !ambient.signal.aborted) await once(ambient.signal, 'abort')
    await Promise.all(noted.map((tenant) => keepSyncing(tenant, lane, serving)))
  } finally {
    ended.abort()
    await Promise.all([...status, health.close(), explorer.close()])
  }
}

/** One tenant of the daemon, as it is opened once. */
interface Schedule extends WatchedTenant {
  readonly config: ServeConfig
  readonly log: Logger
  readonly waits: ReturnType<typeof createSourceWaits>
  note(event: DaemonEvent): void
  keepStatus(ended: AbortSignal): Promise<void>
}

async function open(
  { name, config, reread, setIn }: TenantRun<ServeConfig>,
  folder: string,
  { product, ambient, io, tracing }: Serving,
): Promise<Schedule> {
  const { clock, sleep, version, pid, host } = ambient
  const log = tenantLog(io.log, name)
  const waits = createSourceWaits()
  const observers = { onWait: waits.waiting, around: tracing.transport }
  const { connector, traffic } = await product.open(config, ambient, { log, reread, setIn }, observers)
  let state = startState('schedule', clock.now())
  return {
    ...{ name, config, log, waits, connector, traffic },
    state: () => state,
    note(event) {
      state = afterEvent(state, event, clock.monotonicMs())
    },
    keepStatus: (ended) => {
      const facts = { tenant: name, version, pid, host }
      return keepStatusFile({ stateDir: folder, facts, state: () => state, clock, sleep, log }, ended)
    },
  }
}

/** Never fails: what ends one schedule by surprise is told in the log and ends no other. */
async function keepSyncing(tenant: Schedule, lane: Lane, { ambient, tracing }: Serving): Promise<void> {
  const { name, config, log, connector, waits } = tenant
  const { clock, sleep, random, signal: stop } = ambient
  try {
    await runSchedule({
      ...{ name, connector, clock, sleep, random, log, stop, waits },
      onEvent: (event) => tenant.note(event),
      around: async (task, work) => {
        const leave = await lane.enter(stop)
        try {
          return await tracing.around(task, work)
        } finally {
          leave()
        }
      },
      endsOnRefusal: false,
      workers: config.workers,
      shutdownGraceMs: durationMs(config['shutdown-grace']),
      ...shrinkLimit(config),
      store: openStore(config, ambient, log),
      intervalMs: durationMs(config.interval ?? ''),
      expand: !config['skip-expand-grants'],
      syncTypes: config['sync-resource-types'],
    })
  } catch (error) {
    // Told to stop while it waited for its turn.
    if (stop.aborted) return
    log.error('the schedule of this tenant has ended', { error: ConnectorError.from(error, 'schedule') })
  }
}

/** What the page beside the daemon shows: the folder of the snapshots, or each where they stand in several. */
function shownFiles(tenants: readonly TenantRun<ServeConfig>[]): readonly string[] {
  const files = tenants.map(({ config }) => config.file)
  const [folder, ...others] = new Set(files.map((file) => dirname(file)))
  return folder !== undefined && others.length === 0 ? ['--dir', folder] : files.flatMap((file) => ['--file', file])
}
