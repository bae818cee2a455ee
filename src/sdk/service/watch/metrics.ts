import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ERROR_CODES } from '../../ground/errors.ts'
import { programName } from '../../ground/program-name.ts'
import type { SourceTraffic } from '../../contract/traffic.ts'
import { TASK_KINDS, type TaskKind } from '../baton-service.ts'
import { type DaemonEvent, type DaemonState, TASK_OUTCOMES } from './state.ts'

export interface MetricsOptions {
  readonly version: string
  readonly state: () => DaemonState
  readonly traffic: () => SourceTraffic
  /** Labels of every value, for a program with several sets of metrics. @default none */
  readonly labels?: Readonly<Record<string, string>>
  /** Whether those of the process are among them, see `createProcessMetrics`. @default true */
  readonly ofProcess?: boolean
}

export interface Metrics {
  readonly contentType: string
  note(event: DaemonEvent): void
  /** In the text format of Prometheus. */
  text(): Promise<string>
  /** Of the daemon's own metrics, without those of the process: what dashboards and alerts are held to. */
  readonly names: readonly string[]
}

const TASK_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]
const SYNC_BUCKETS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400]
/** How often the event loop's delay is sampled. The library's 10 ms would cost an idle daemon more than its polls. */
const LOOP_SAMPLE_MS = 1000

/** What an event does to the metrics of one subject. */
type Note = (event: DaemonEvent) => void

interface Measured extends Pick<MetricsOptions, 'version' | 'state' | 'traffic'> {
  readonly registry: Registry
}

/**
 * The daemon's metrics, fed by its events and by views of its state and traffic.
 *
 * Why: labels hold only words of closed sets (kinds of tasks, outcomes, codes, resource types), never ids. All that can be counted is there as 0
 * from the start: Prometheus takes the first value of a counter for no increase, and an alert would miss the first failures.
 */
export function createMetrics({ labels = {}, ofProcess = true, ...views }: MetricsOptions): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels(labels)
  const measured: Measured = { ...views, registry }
  measureBuild(measured)
  const notes: readonly Note[] = [
    measureTasks(measured),
    measureSyncs(measured),
    measurePolls(measured),
    measureTraffic(measured),
    measureResults(measured),
  ]
  const names = registry.getMetricsAsArray().map(({ name }) => name)
  if (ofProcess) collectOfProcess(registry)
  return {
    contentType: registry.contentType,
    names,
    text: () => registry.metrics(),
    note(event) {
      for (const note of notes) note(event)
    },
  }
}

function measureBuild({ registry, version, state }: Measured): void {
  new Gauge({
    name: 'baton_build_info',
    help: 'Always 1; version of the program and of Node in the labels',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1)
  gauge(registry, 'baton_connected', 'Whether the daemon is connected to the platform', (own) =>
    own.set(state().connection === 'connected' ? 1 : 0),
  )
}

function measureTasks({ registry, state }: Measured): Note {
  const registers = [registry]
  const tasks = new Counter({
    name: 'baton_tasks_total',
    help: 'Tasks that ended, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  for (const kind of state().mode === 'schedule' ? (['sync-full'] as const) : TASK_KINDS)
    for (const outcome of TASK_OUTCOMES) tasks.inc({ kind, outcome }, 0)
  const taskSeconds = new Histogram({
    name: 'baton_task_duration_seconds',
    help: 'Time that tasks took, by kind',
    labelNames: ['kind'],
    buckets: TASK_BUCKETS,
    registers,
  })
  const kinds = new Set<TaskKind>()
  gauge(
    registry,
    'baton_tasks_running',
    'Tasks that run now, by kind',
    (own) => {
      for (const kind of kinds) own.set({ kind }, state().running.filter((task) => task.kind === kind).length)
    },
    ['kind'],
  )
  return (event) => {
    if (event.kind === 'task-started') kinds.add(event.task)
    if (event.kind !== 'task-ended') return
    tasks.inc({ kind: event.task, outcome: event.outcome })
    taskSeconds.observe({ kind: event.task }, event.durationMs / 1000)
  }
}

function measureSyncs({ registry, state }: Measured): Note {
  const registers = [registry]
  const syncSeconds = new Histogram({
    name: 'baton_sync_duration_seconds',
    help: 'Time that finished syncs took',
    buckets: SYNC_BUCKETS,
    registers,
  })
  gauge(
    registry,
    'baton_sync_last_success_timestamp_seconds',
    'When the last sync finished; 0 before the first',
    (own) => own.set(seconds(state().lastSync?.finishedAt)),
  )
  const resources = new Gauge({
    name: 'baton_sync_resources',
    help: 'Resources in the last sync, by type',
    labelNames: ['type'],
    registers,
  })
  return (event) => {
    if (event.kind !== 'synced') return
    syncSeconds.observe(event.sync.durationMs / 1000)
    resources.reset()
    for (const [type, count] of Object.entries(event.sync.counts.resources)) resources.set({ type }, count)
  }
}

function measurePolls({ registry, state }: Measured): Note {
  gauge(
    registry,
    'baton_poll_last_success_timestamp_seconds',
    'When the last poll succeeded; 0 before the first',
    (own) => own.set(seconds(state().lastPollAt)),
  )
  const failures = new Counter({
    name: 'baton_poll_failures_total',
    help: 'Polls that failed, by code of the error',
    labelNames: ['code'],
    registers: [registry],
  })
  for (const code of ERROR_CODES) failures.inc({ code }, 0)
  return (event) => {
    if (event.kind === 'poll-failed') failures.inc({ code: event.error.code })
  }
}

function measureTraffic({ registry, traffic }: Measured): Note {
  const { source } = programName()
  const peer = source.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')
  let platformRefusals = 0
  total(
    registry,
    'baton_auth_failures_total',
    `Credentials refused even after renewal, by who refused them: platform or ${peer}`,
    (own) => {
      own.inc({ peer: 'platform' }, platformRefusals)
      own.inc({ peer }, traffic().authFailures)
    },
    ['peer'],
  )
  total(registry, `baton_${peer}_requests_total`, `Requests sent to ${source}`, (own) => own.inc(traffic().requests))
  total(registry, `baton_${peer}_refusals_total`, `Requests that ${source} refused for their rate`, (own) =>
    own.inc(traffic().refusals),
  )
  total(registry, `baton_${peer}_wait_seconds_total`, 'Time that requests were held back for the rate limit', (own) =>
    own.inc(traffic().waitedMs / 1000),
  )
  gauge(registry, `baton_${peer}_budget_remaining`, 'Reads that may be sent now within the rate limit', (own) =>
    own.set(traffic().readsLeft),
  )
  return (event) => {
    if (event.kind === 'credential-refused') platformRefusals++
  }
}

function measureResults({ registry, state }: Measured): Note {
  const uploaded = new Counter({
    name: 'baton_upload_bytes_total',
    help: 'Bytes of snapshots sent to the platform',
    registers: [registry],
  })
  gauge(registry, 'baton_undelivered_results', 'Results of tasks that the platform has not acknowledged yet', (own) =>
    own.set(state().undelivered),
  )
  return (event) => {
    if (event.kind === 'uploaded') uploaded.inc(event.bytes)
  }
}

/** A value that is read when it is asked for. */
function gauge<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  read: (own: Gauge<L>) => void,
  labelNames: readonly L[] = [],
): void {
  const own: Gauge<L> = new Gauge({ ...{ name, help, labelNames }, registers: [], collect: () => read(own) })
  registry.registerMetric(own)
}

/** A total that is counted elsewhere, and read when it is asked for. */
function total<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  read: (own: Counter<L>) => void,
  labelNames: readonly L[] = [],
): void {
  const own: Counter<L> = new Counter({
    ...{ name, help, labelNames },
    registers: [],
    collect() {
      own.reset()
      read(own)
    },
  })
  registry.registerMetric(own)
}

const seconds = (date: Date | undefined): number => (date ? date.getTime() / 1000 : 0)

/** Memory, CPU and event loop of the process alone, for a program that tells of them once. */
export function createProcessMetrics(): Pick<Metrics, 'contentType' | 'text'> {
  const registry = new Registry()
  collectOfProcess(registry)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

const collectOfProcess = (register: Registry): void =>
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS })
