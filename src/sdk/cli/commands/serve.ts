import type { DaemonParts } from '../../service/runtime/daemon-options.ts'
import { createSourceWaits } from '../../service/runtime/source-waits.ts'
import { afterEvent, type DaemonEvent, startState } from '../../service/watch/state.ts'
import { keepStatusFile } from '../../service/watch/status-file.ts'
import { ConnectorError } from '../../ground/errors.ts'
import type { Secret } from '../../ground/secret.ts'
import { createSnapshotStore } from '../../snapshot/write/snapshot-store.ts'
import type { ServeAmbient } from '../ambient.ts'
import { durationMs } from '../../text/duration.ts'
import { startExplorer } from '../companion.ts'
import { keepHeapFlat } from '../v8-memory.ts'
import { holdStateDir } from './hold-state-dir.ts'
import { keepTenantFolders } from './tenant-folders.ts'
import { openHealth } from './open-health.ts'
import { openStore } from './open-store.ts'
import type { Product } from '../product.ts'
import type { Io } from '../io.ts'
import type { SourceCall } from '../core/core-command.ts'
import type { ServeConfig } from '../../settings/catalog.ts'
import { programName } from '../../ground/program-name.ts'
import { openStateDir, stateDirOf } from '../../settings/state-dir.ts'
import { openTracing, type Tracing } from '../log/tracing.ts'
import { shrinkLimit } from './sync.ts'

/**
 * The program that keeps running: service mode with `--client-id`, the schedule with `--interval`. Ends with 0 after a signal to stop.
 *
 * Errors: `failed-precondition` where another daemon has the state directory; as the health server's, the platform's and Twingate's.
 */
export async function serveOne({ product, ambient, config, io }: SourceCall<ServeConfig>): Promise<number> {
  await inStateDir(config, io, ambient, async (held) => {
    keepTenantFolders(held.stateDir, [])
    await serve({ product, config, io, ambient, ...held })
  })
  return 0
}

/** What a daemon works with that no other may use at the same time. */
export interface HeldState {
  readonly tracing: Tracing
  /** Existing folder. */
  readonly stateDir: string
}

/** Does the work of a daemon that alone has the state directory, and sends what is left of its traces. Errors: as `lockStateDir`; the work's. */
export async function inStateDir(
  config: ServeConfig,
  io: Io,
  ambient: ServeAmbient,
  work: (held: HeldState) => Promise<void>,
): Promise<void> {
  keepHeapFlat()
  const stateDir = stateDirOf(config, ambient)
  openStateDir(stateDir, ambient.uid)
  if (stateDir.given && config['client-id'] !== undefined && config['c1z-temp-dir'] !== undefined)
    io.log.warn(
      '--c1z-temp-dir (BATON_TMPDIR) has no effect: snapshots are made in the state directory that was named',
      { state_dir: stateDir.path },
    )
  const held = holdStateDir(stateDir.path, { sleep: ambient.sleep, log: io.log })
  try {
    const tracing = await openTracing(config, ambient, io.log)
    try {
      await work({ tracing, stateDir: stateDir.path })
    } finally {
      await tracing.close()
    }
  } finally {
    await held.release()
  }
}

interface Serving extends HeldState {
  readonly product: Product
  readonly config: ServeConfig
  readonly io: Io
  readonly ambient: ServeAmbient
}

async function serve({ product, config, io, ambient, tracing, stateDir }: Serving): Promise<void> {
  const { clock, sleep, random, signal, version } = ambient
  const { log } = io
  const { 'client-id': id, 'client-secret': secret } = config
  const waits = createSourceWaits()
  const observers = { onWait: waits.waiting, around: tracing.transport }
  const { connector, traffic } = await product.open(config, ambient, io, observers)
  let state = startState(id === undefined ? 'schedule' : 'service', clock.now())
  const watched = { connector, state: () => state, traffic }
  const health = await openHealth(config, ambient, log, watched)
  refuseMissingPage(config, product)
  const explorer = startExplorer(config, ['--state-dir', stateDir, '--file', config.file], ambient.env, log)
  const onEvent = (event: DaemonEvent): void => {
    state = afterEvent(state, event, clock.monotonicMs())
    health.note(event)
    tracing.note(event)
  }
  const ended = new AbortController()
  const facts = { version, pid: ambient.pid, host: ambient.host }
  const status = keepStatusFile({ stateDir, facts, state: () => state, clock, sleep, log }, ended.signal)
  const parts: DaemonParts = {
    ...{ connector, clock, sleep, random, log, onEvent, waits, around: tracing.around },
    stop: signal,
    workers: config.workers,
    shutdownGraceMs: durationMs(config['shutdown-grace']),
    ...shrinkLimit(config),
  }
  try {
    if (id !== undefined && secret !== undefined)
      await serveTasks(config, io, ambient, { ...parts, stateDir, traced: tracing.service, id, secret })
    else {
      const { runSchedule } = await import('../../service/runtime/schedule.ts')
      const store = openStore(config, ambient, log)
      const intervalMs = durationMs(config.interval ?? '')
      const expand = !config['skip-expand-grants']
      await runSchedule({ ...parts, store, intervalMs, expand, syncTypes: config['sync-resource-types'] })
    }
  } finally {
    ended.abort()
    await Promise.all([status, health.close(), explorer.close()])
  }
}

/** Errors: `invalid-argument` where a page is asked for beside a program that has none. */
export function refuseMissingPage(config: ServeConfig, { commands = [] }: Product): void {
  if (config.explorer && !commands.some(({ name }) => name === 'explorer'))
    throw new ConnectorError(
      'invalid-argument',
      'serve',
      '--explorer has no effect here, as this program has no such page',
    )
}

interface Served extends DaemonParts {
  readonly stateDir: string
  readonly traced: Tracing['service']
  readonly id: string
  readonly secret: Secret
}

async function serveTasks(
  config: ServeConfig,
  io: Io,
  ambient: ServeAmbient,
  { id, secret, traced, ...parts }: Served,
): Promise<void> {
  // Loaded here because a schedule has no use for gRPC.
  const { openService } = await import('./open-service.ts')
  const { hostFacts } = await import('../../service/platform/host-facts.ts')
  const { runServiceMode } = await import('../../service/runtime/run-daemon.ts')
  const { clock, random, log } = parts
  const service = traced(
    openService({ id, secret }, ambient, io, () => parts.onEvent({ at: clock.now(), kind: 'credential-refused' })),
  )
  const { provisioning, ticketing, 'task-concurrency': taskConcurrency } = config
  log.info('service mode starts', {
    ...{ version: ambient.version, client_id: id, provisioning, task_concurrency: taskConcurrency },
    state_dir: parts.stateDir,
  })
  try {
    await runServiceMode({
      ...parts,
      service,
      verboseLog: io.verboseLog,
      build: { langVersion: process.version, package: programName().program, packageVersion: ambient.version },
      host: hostFacts(ambient.env),
      storeFor: (file) => createSnapshotStore({ file, keepSyncCount: 1, skipCleanup: false, clock, random, log }),
      provisioning,
      ticketing,
      taskConcurrency,
      skipFullSync: config['skip-full-sync'],
      batch: config['get-tasks'],
      syncTypes: config['sync-resource-types'],
    })
  } finally {
    service.close()
  }
}
