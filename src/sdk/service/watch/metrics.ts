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
  /** Stand at every value, for a program that has several of these. @default none */
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

/**
 * The daemon's metrics, fed by its events and by views of its state and traffic.
 *
 * Why: labels hold only words of closed sets (kinds of tasks, outcomes, codes, resource types), never ids. All that can be counted is there as 0
 * from the start: Prometheus takes the first value of a counter for no increase, and an alert would miss the first failures.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const { version, state, traffic, labels = {}, ofProcess = true } = options
  const registry = new Registry()
  registry.setDefaultLabels(labels)
  const { source } = programName()
  const peer = source.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')
  const registers = [registry]
  const gauge = <L extends string>(
    name: string,
    help: string,
    read: (own: Gauge<L>) => void,
    labelNames: readonly L[] = [],
  ): Gauge<L> =>
    new Gauge({
      ...{ name, help, registers, labelNames },
      collect() {
        read(this)
      },
    })
  /** Totals that are counted elsewhere. */
  const total = <L extends string>(
    name: string,
    help: string,
    read: (own: Counter<L>) => void,
    labelNames: readonly L[] = [],
  ): Counter<L> =>
    new Counter({
      ...{ name, help, registers, labelNames },
      collect() {
        this.reset()
        read(this)
      },
    })
  const seconds = (date: Date | undefined): number => (date ? date.getTime() / 1000 : 0)

  new Gauge({
    name: 'baton_build_info',
    help: 'Always 1; version of the program and of Node in the labels',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  gauge('baton_connected', 'Whether the daemon is connected to the platform', (own) =>
    own.set(state().connection === 'connected' ? 1 : 0),
  )
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
    'baton_tasks_running',
    'Tasks that run now, by kind',
    (own) => {
      for (const kind of kinds) own.set({ kind }, state().running.filter((task) => task.kind === kind).length)
    },
    ['kind'],
  )
  const syncSeconds = new Histogram({
    name: 'baton_sync_duration_seconds',
    help: 'Time that finished syncs took',
    buckets: SYNC_BUCKETS,
    registers,
  })
  gauge('baton_sync_last_success_timestamp_seconds', 'When the last sync finished; 0 before the first', (own) =>
    own.set(seconds(state().lastSync?.finishedAt)),
  )
  const resources = new Gauge({
    name: 'baton_sync_resources',
    help: 'Resources in the last sync, by type',
    labelNames: ['type'],
    registers,
  })
  gauge('baton_poll_last_success_timestamp_seconds', 'When the last poll succeeded; 0 before the first', (own) =>
    own.set(seconds(state().lastPollAt)),
  )
  const pollFailures = new Counter({
    name: 'baton_poll_failures_total',
    help: 'Polls that failed, by code of the error',
    labelNames: ['code'],
    registers,
  })
  for (const code of ERROR_CODES) pollFailures.inc({ code }, 0)
  let platformRefusals = 0
  total(
    'baton_auth_failures_total',
    `Refused credentials that nothing mended, by who refused them: platform or ${peer}`,
    (own) => {
      own.inc({ peer: 'platform' }, platformRefusals)
      own.inc({ peer }, traffic().authFailures)
    },
    ['peer'],
  )
  total(`baton_${peer}_requests_total`, `Requests sent to ${source}`, (own) => own.inc(traffic().requests))
  total(`baton_${peer}_refusals_total`, `Requests that ${source} refused for their rate`, (own) =>
    own.inc(traffic().refusals),
  )
  total(`baton_${peer}_wait_seconds_total`, 'Time that requests were held back for the rate limit', (own) =>
    own.inc(traffic().waitedMs / 1000),
  )
  gauge(`baton_${peer}_budget_remaining`, 'Reads that may be sent now within the rate limit', (own) =>
    own.set(traffic().readsLeft),
  )
  const uploaded = new Counter({
    name: 'baton_upload_bytes_total',
    help: 'Bytes of snapshots sent to the platform',
    registers,
  })
  gauge('baton_undelivered_results', 'Results of tasks that the platform has not acknowledged yet', (own) =>
    own.set(state().undelivered),
  )
  const names = registry.getMetricsAsArray().map(({ name }) => name)
  if (ofProcess) collectOfProcess(registry)

  return {
    contentType: registry.contentType,
    names,
    text: () => registry.metrics(),
    note(event) {
      switch (event.kind) {
        case 'task-started':
          kinds.add(event.task)
          return
        case 'task-ended':
          tasks.inc({ kind: event.task, outcome: event.outcome })
          taskSeconds.observe({ kind: event.task }, event.durationMs / 1000)
          return
        case 'synced':
          syncSeconds.observe(event.sync.durationMs / 1000)
          resources.reset()
          for (const [type, count] of Object.entries(event.sync.counts.resources)) resources.set({ type }, count)
          return
        case 'poll-failed':
          pollFailures.inc({ code: event.error.code })
          return
        case 'credential-refused':
          platformRefusals++
          return
        case 'uploaded':
          uploaded.inc(event.bytes)
          return
        case 'connected':
        case 'hello-failed':
        case 'polled':
        case 'task-progress':
        case 'undelivered':
        case 'stopping':
      }
    },
  }
}

/** Memory, CPU and event loop of the process alone, for a program that tells of them once. */
export function createProcessMetrics(): Pick<Metrics, 'contentType' | 'text'> {
  const registry = new Registry()
  collectOfProcess(registry)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

const collectOfProcess = (register: Registry): void =>
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS })
