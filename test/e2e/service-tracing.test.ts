import { describe, expect, it } from 'vitest'
import { answer, inTurn } from '../platform/service/replies.ts'
import { startCollector } from '../support/otlp-collector.ts'
import { hasOpenssl } from '../support/certificates.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createServicePlace, until } from '../support/service-place.ts'

const SYNC = '2Zb4yYxWvUtSrQpOnMlKjIhGfEd'
const idle = answer({ next_poll: { seconds: 1 } })

describe.skipIf(!hasOpenssl()).concurrent('traces of a daemon', () => {
  it('show a task with its requests, calls and sync, and are sent before the process ends', async ({
    onTestFinished,
  }) => {
    const place = await createServicePlace(onTestFinished)
    const collector = await startCollector()
    onTestFinished(() => collector.close())
    place.stub.on.GetTask = inTurn(answer({ task: { id: SYNC, sync_full: {} } }), idle)
    const collected = [
      '--otel-collector-endpoint',
      `localhost:${collector.port}`,
      '--otel-collector-endpoint-tls-insecure',
    ]
    const daemon = place.daemon(collected)
    await until(() => place.stub.calls.find(({ method }) => method === 'FinishTask'))
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    const task = collector.spans.find(({ name }) => name === 'task sync-full')
    expect(task).toMatchObject({ attributes: { 'baton.task.id': SYNC }, failure: undefined })
    const below = collector.spans.filter(({ trace, id }) => trace === task?.trace && id !== task?.id)
    expect([...new Set(below.map(({ name }) => name))]).toEqual(
      expect.arrayContaining([
        'Heartbeat',
        expect.stringMatching(/^Twingate Users_Groups_/),
        'sync',
        'UploadAsset',
        'FinishTask',
      ]),
    )
    expect(new Set(below.map(({ parent }) => parent))).toEqual(new Set([task?.id]))
    expect(collector.spans.map(({ name }) => name)).toContain('Hello')
  })

  it('are refused in one sentence where the packages for them are not installed', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    const absent = place.input(
      'absent.mjs',
      `import { registerHooks } from 'node:module'
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('@opentelemetry/exporter')) return next(specifier, context)
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  },
})`,
    )
    const env = { ...place.env, NODE_OPTIONS: `--import ${absent}`, BATON_OTEL_COLLECTOR_ENDPOINT: 'localhost:4317' }
    const ended = await place.run([], { env })
    expect([ended.code, toldIn(ended)]).toEqual([9, [expect.stringContaining('install without --omit=optional')]])
    expect(place.stub.connections).toBe(0)
  })
})
