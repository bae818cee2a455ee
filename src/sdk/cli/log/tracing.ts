import { AsyncLocalStorage } from 'node:async_hooks'
import type { Attributes, Span } from '@opentelemetry/api'
import type { Transport } from '../../http/transport.ts'
import type { BatonService } from '../../service/baton-service.ts'
import { type Around, untraced } from '../../service/runtime/daemon-options.ts'
import type { DaemonEvent } from '../../service/watch/state.ts'
import { ConnectorError } from '../../ground/errors.ts'
import type { Logger } from '../../ground/ports.ts'
import type { Ambient } from '../ambient.ts'
import { programName } from '../../ground/program-name.ts'
import type { ServeConfig } from '../../settings/catalog.ts'
import type { Exporter, startExporter } from './tracing-exporter.ts'

/** Spans of what the daemon does. Without a collector everything passes through as it is. */
export interface Tracing {
  /** Runs the work of a task inside a span of its own. */
  readonly around: Around
  /** A finished sync becomes a span below its task's. */
  readonly note: (event: DaemonEvent) => void
  /** A span for each exchange with the source. */
  readonly transport: (inner: Transport) => Transport
  /** A span for each call of the platform, polls apart: an idle daemon would send nothing else. */
  readonly service: (inner: BatonService) => BatonService
  /** Sends what is left, for five seconds at most. */
  readonly close: () => Promise<void>
}

const noTracing: Tracing = {
  around: untraced,
  note() {},
  transport: (inner) => inner,
  service: (inner) => inner,
  async close() {},
}

/**
 * Tracing as the settings describe it; nothing of OpenTelemetry is loaded unless a collector is named.
 *
 * Errors: `failed-precondition` where its packages are not installed.
 */
export async function openTracing(
  config: ServeConfig,
  { version, env }: Pick<Ambient, 'version' | 'env'>,
  log: Logger,
): Promise<Tracing> {
  const endpoint = config['otel-collector-endpoint']
  if (endpoint === undefined || config['otel-tracing-disabled']) return noTracing
  const start = await loadExporter()
  const exporter = await start({
    endpoint,
    version,
    env,
    log,
    insecure: config['otel-collector-endpoint-tls-insecure'],
    certificatePath: config['otel-collector-endpoint-tls-cert-path'],
    certificate: config['otel-collector-endpoint-tls-cert'],
  })
  return tracingWith(exporter)
}

async function loadExporter(): Promise<typeof startExporter> {
  try {
    return (await import('./tracing-exporter.ts')).startExporter
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new ConnectorError(
      'failed-precondition',
      'start tracing',
      '--otel-collector-endpoint (BATON_OTEL_COLLECTOR_ENDPOINT) needs the packages of OpenTelemetry, which are not installed; install without --omit=optional, or leave the setting out',
      error,
    )
  }
}

function tracingWith({ tracer, api, close }: Exporter): Tracing {
  const current = new AsyncLocalStorage<Span>()
  const begin = (name: string, attributes: Attributes, startTime?: Date): Span => {
    const parent = current.getStore()
    const context = parent ? api.trace.setSpan(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT
    return tracer.startSpan(name, { attributes, ...(startTime && { startTime }) }, context)
  }
  const inside = async <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> => {
    const span = begin(name, attributes)
    try {
      return await current.run(span, () => work(span))
    } catch (error) {
      const { detail, code } = ConnectorError.from(error, name)
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: detail })
      span.setAttribute('error.type', code)
      throw error
    } finally {
      span.end()
    }
  }
  return {
    close,
    around: ({ id, kind }, work) => inside(`task ${kind}`, { 'baton.task.id': id, 'baton.task.kind': kind }, work),
    note(event) {
      if (event.kind === 'task-ended' && event.outcome !== 'success')
        current.getStore()?.setStatus({ code: api.SpanStatusCode.ERROR, message: event.message ?? event.outcome })
      if (event.kind !== 'synced') return
      const { finishedAt, durationMs, counts } = event.sync
      const span = begin('sync', {}, new Date(finishedAt.getTime() - durationMs))
      for (const [type, count] of Object.entries(counts.resources)) span.setAttribute(`baton.resources.${type}`, count)
      span.end(finishedAt)
    },
    transport: (inner) => (request) =>
      inside(
        `${programName().source} ${operationIn(request.body ?? '')}`,
        { 'server.address': request.url.host },
        async (span) => {
          const answer = await inner(request)
          span.setAttribute('http.response.status_code', answer.status)
          return answer
        },
      ),
    service: (inner) => ({
      hello: (hello, call) => inside('Hello', {}, () => inner.hello(hello, call)),
      getTask: (call) => inner.getTask(call),
      getTasks: (wanted, call) => inner.getTasks(wanted, call),
      heartbeat: (id, call) => inside('Heartbeat', { 'baton.task.id': id }, () => inner.heartbeat(id, call)),
      finishTask: (id, result, call) =>
        inside('FinishTask', { 'baton.task.id': id, 'baton.task.result': result.kind }, () =>
          inner.finishTask(id, result, call),
        ),
      upload: (id, path, call) => inside('UploadAsset', { 'baton.task.id': id }, () => inner.upload(id, path, call)),
      close: () => inner.close(),
    }),
  }
}

/** Of a body that the client made itself, where the name stands at the end. */
const operationIn = (body: string): string => /"operationName":"(\w+)"\}$/.exec(body)?.[1] ?? 'request'
