import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ServeConfig } from '../../../../../src/sdk/settings/catalog.ts'
import { openTracing } from '../../../../../src/sdk/cli/log/tracing.ts'
import { createTransport } from '../../../../../src/sdk/http/transport.ts'
import type { BatonService } from '../../../../../src/sdk/service/baton-service.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import { type Logger, silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { hasOpenssl, makeCertificates } from '../../../../support/certificates.ts'
import { freePort } from '../../../../support/free-port.ts'
import { type CollectorOptions, startCollector } from '../../../../support/otlp-collector.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'
import { READ_KEY } from '../../../../tenant/api-keys.ts'
import { tenantOf } from '../../../../tenant/tenant-of.ts'
import { at, synced } from '../../service/fixture.ts'
import { COMPLETE, run } from '../fixture.ts'

async function collector(options?: CollectorOptions) {
  const running = await startCollector(options)
  onTestFinished(() => running.close())
  return running
}

async function configOf(...argv: readonly string[]): Promise<ServeConfig> {
  const { served } = await run({ env: COMPLETE, argv: ['--interval', '1h', ...argv] })
  if (!served) throw new Error('the settings were refused')
  return served
}

const tracingTo = async (port: number, ...argv: readonly string[]) => loggedTracingTo(port, silentLogger, ...argv)

const loggedTracingTo = async (port: number, log: Logger, ...argv: readonly string[]) =>
  openTracing(
    await configOf('--otel-collector-endpoint', `localhost:${port}`, ...argv),
    { version: '1.2.3', env: {} },
    log,
  )

const signal = new AbortController().signal

/** Says yes to everything; the peer of the wire has tests of its own. */
const service: BatonService = {
  hello: async () => {},
  getTask: async () => ({ tasks: [], nextPollMs: 0 }),
  getTasks: async () => ({ tasks: [], nextPollMs: 0 }),
  heartbeat: async () => ({ nextMs: 0, cancelled: false }),
  finishTask: async () => {
    throw new ConnectorError('unavailable', 'FinishTask', 'the platform is away')
  },
  upload: async () => {},
  close() {},
}

describe('tracing', () => {
  it('sends tasks with their requests, calls and syncs below them, and no secret', async () => {
    const { port, spans, bytes } = await collector()
    const server = await tenantOf()
    const tracing = await tracingTo(port, '--otel-collector-endpoint-tls-insecure')
    const ask = tracing.transport(createTransport({ timeoutMs: 5000, env: {} }))
    const traced = tracing.service(service)
    const body = JSON.stringify({ query: 'query Validate { __typename }', variables: {}, operationName: 'Validate' })
    await tracing.around({ id: '2ABC', kind: 'sync-full' }, async () => {
      await ask({ url: new URL(server.url), headers: { 'x-api-key': READ_KEY }, body, signal })
      await traced.heartbeat('2ABC', { signal })
      tracing.note(synced(40))
    })
    await traced.getTask({ signal })
    await tracing.close()

    const byName = new Map(spans.map((span) => [span.name, span]))
    const task = byName.get('task sync-full')
    expect([...byName.keys()].sort()).toEqual(['Heartbeat', 'Twingate Validate', 'sync', 'task sync-full'])
    expect(task).toMatchObject({
      service: 'baton-twingate-server',
      parent: undefined,
      failure: undefined,
      attributes: { 'baton.task.id': '2ABC', 'baton.task.kind': 'sync-full' },
    })
    for (const name of ['Heartbeat', 'Twingate Validate', 'sync'])
      expect([name, byName.get(name)?.parent, byName.get(name)?.trace]).toEqual([name, task?.id, task?.trace])
    expect(byName.get('Twingate Validate')?.attributes).toEqual({
      'server.address': new URL(server.url).host,
      'http.response.status_code': 200,
    })
    expect(byName.get('sync')).toMatchObject({
      durationMs: 12_346,
      attributes: { 'baton.resources.user': 900, 'baton.resources.group': 2 },
    })
    expect(bytes.includes(READ_KEY)).toBe(false)
  })

  it('marks what failed, with the sentence and the code', async () => {
    const { port, spans } = await collector()
    const tracing = await tracingTo(port, '--otel-collector-endpoint-tls-insecure')
    await tracing.around({ id: 'a', kind: 'grant' }, async () => {
      const end = { at: at(3), id: 'a', durationMs: 3 }
      tracing.note({ ...end, kind: 'task-ended', task: 'grant', outcome: 'failure', message: 'no such user' })
    })
    const result = { kind: 'success' } as const
    await expect(tracing.service(service).finishTask('a', result, { signal })).rejects.toThrow('the platform is away')
    await tracing.close()
    expect(spans.map(({ name, failure }) => [name, failure])).toEqual([
      ['task grant', 'no such user'],
      ['FinishTask', 'the platform is away'],
    ])
    expect(spans[1]?.attributes).toMatchObject({ 'error.type': 'unavailable', 'baton.task.id': 'a' })
  })

  it('keeps tasks apart that run at once', async () => {
    const { port, spans } = await collector()
    const tracing = await tracingTo(port, '--otel-collector-endpoint-tls-insecure')
    const traced = tracing.service(service)
    const beat = async (id: string): Promise<void> => {
      await Promise.resolve()
      await traced.heartbeat(id, { signal })
    }
    await Promise.all(['a', 'b'].map((id) => tracing.around({ id, kind: 'grant' }, () => beat(id))))
    await tracing.close()
    const tasks = new Map(spans.filter(({ name }) => name === 'task grant').map((span) => [span.id, span]))
    const beats = spans.filter(({ name }) => name === 'Heartbeat')
    expect(beats).toHaveLength(2)
    for (const { parent = '', attributes } of beats)
      expect(tasks.get(parent)?.attributes['baton.task.id']).toBe(attributes['baton.task.id'])
  })

  it.skipIf(!hasOpenssl())('speaks TLS with the certificate that was named', async () => {
    const { caFile, localhost } = makeCertificates(temporaryFolder(onTestFinished))
    const { port, spans } = await collector({ tls: localhost })
    const strangers = await tracingTo(port)
    await strangers.around({ id: 'a', kind: 'grant' }, async () => {})
    await strangers.close()
    expect(spans).toEqual([])
    const tracing = await tracingTo(port, '--otel-collector-endpoint-tls-cert-path', caFile)
    await tracing.around({ id: 'b', kind: 'grant' }, async () => {})
    await tracing.close()
    expect(spans.map(({ attributes }) => attributes['baton.task.id'])).toEqual(['b'])
  })

  it('ends all the same with a collector that does not answer', async () => {
    const { port } = await collector({ answers: false })
    const tracing = await tracingTo(port, '--otel-collector-endpoint-tls-insecure')
    await tracing.around({ id: 'a', kind: 'grant' }, async () => {})
    await expect(tracing.close()).resolves.toBeUndefined()
  })

  it('says once that a collector is not there, and when it is', { timeout: 30_000 }, async () => {
    const port = await freePort()
    const lines: string[] = []
    const note = (text: string, fields?: Readonly<Record<string, unknown>>): void =>
      void lines.push(`${text} ${String(fields?.['collector'])}`)
    const log: Logger = { ...silentLogger, warn: note, info: note }
    const tracing = await loggedTracingTo(port, log, '--otel-collector-endpoint-tls-insecure')
    // So many make a batch, which is sent at once.
    const sendBatch = async (): Promise<void> => {
      for (let i = 0; i < 512; i++) await tracing.around({ id: `${i}`, kind: 'grant' }, async () => {})
    }
    await sendBatch()
    await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 })
    const { spans } = await collector({ port })
    await vi.waitFor(
      async () => {
        await sendBatch()
        expect(spans).not.toEqual([])
      },
      { timeout: 20_000, interval: 500 },
    )
    await tracing.close()
    const place = `localhost:${port}`
    expect(lines).toEqual([`traces cannot be sent and are lost ${place}`, `traces are sent again ${place}`])
  })

  it('names a certificate file that cannot be read', async () => {
    await expect(tracingTo(1, '--otel-collector-endpoint-tls-cert-path', '/gone')).rejects.toMatchObject({
      code: 'invalid-argument',
      detail: '--otel-collector-endpoint-tls-cert-path: the file /gone does not exist',
    })
  })

  it.each([[[]], [['--otel-collector-endpoint', 'localhost:1', '--otel-tracing-disabled']]])(
    'does nothing with %j',
    async (argv) => {
      const tracing = await openTracing(await configOf(...argv), { version: '1.2.3', env: {} }, silentLogger)
      expect(tracing.service(service)).toBe(service)
      expect(await tracing.around({ id: 'a', kind: 'grant' }, async () => 7)).toBe(7)
      await tracing.close()
    },
  )
})
