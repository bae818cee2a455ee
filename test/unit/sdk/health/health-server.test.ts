import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type HealthServerOptions, startHealthServer } from '../../../../src/sdk/health/health-server.ts'
import { whyNotReady } from '../../../../src/sdk/service/watch/readiness.ts'
import { afterEvent, type DaemonEvent, type DaemonState } from '../../../../src/sdk/service/watch/state.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { at, offline, START, stateAfter, synced } from '../service/fixture.ts'

/** The server as a daemon with this state has it. */
async function serverWith({
  state = () => stateAfter([]),
  ...plan
}: Partial<HealthServerOptions> & { readonly state?: () => DaemonState } = {}) {
  let seconds = 0
  const { clock = { now: () => at(seconds), monotonicMs: () => seconds * 1000 } } = plan
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    clock,
    whyNotReady: () => whyNotReady(state(), clock),
    validate: async () => {},
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'baton_connected 1\n' },
    ...plan,
  })
  onTestFinished(() => server.close())
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
  return { server, ask, later: (more: number) => (seconds += more) }
}

const json = ({ status, body }: { readonly status: number; readonly body: string }): unknown => [
  status,
  JSON.parse(body),
]

describe('/live', () => {
  it('is alive before anything is connected, in the form of the Go SDK', async () => {
    const { ask } = await serverWith()
    const answer = await ask('/live')
    expect(json(answer)).toEqual([200, { status: 'alive', timestamp: '2026-01-02T03:04:05Z' }])
    expect(answer.headers.get('content-type')).toBe('application/json')
  })
})

describe('/ready in service mode', () => {
  const failing = stateAfter([
    { at: at(1), kind: 'connected' },
    { at: at(10), kind: 'poll-failed', error: offline, nextAt: at(12) },
  ])

  it.each([
    ['not before the first hello', stateAfter([]), 0, 'not connected to the platform yet'],
    [
      'not while hello fails, and says why',
      stateAfter([{ at: START, kind: 'hello-failed', error: offline, nextAt: at(1) }]),
      0,
      'not connected to the platform yet: the platform is away',
    ],
    ['as soon as it is connected', stateAfter([{ at: at(1), kind: 'connected' }]), 9999, undefined],
    ['still after five minutes of failed polls', failing, 310, undefined],
    ['not after more than that', failing, 311, 'polls have failed for 5 minutes: the platform is away'],
    ['not once it was told to stop', stateAfter([{ at: at(1), kind: 'stopping' }]), 2, 'the daemon was told to stop'],
  ])('is ready %s', async (_, state, seconds, why) => {
    const { ask, later } = await serverWith({ state: () => state })
    later(seconds)
    const [status, body] = json(await ask('/ready')) as [number, Record<string, unknown>]
    expect([status, body['status'], body['details']]).toEqual(
      why === undefined ? [200, 'ready', undefined] : [503, 'not_ready', { error: why }],
    )
  })
})

it('is ready or not in service mode whatever becomes of the clock on the wall', async () => {
  let [ofWall, monotonicMs] = [0, 10_000]
  const failed: DaemonEvent = { at: at(10), kind: 'poll-failed', error: offline, nextAt: at(12) }
  const state = afterEvent(stateAfter([{ at: at(1), kind: 'connected' }]), failed, monotonicMs)
  const { ask } = await serverWith({
    state: () => state,
    clock: { now: () => at(ofWall), monotonicMs: () => monotonicMs },
  })
  ofWall = 86_400
  expect((await ask('/ready')).status, 'set forward').toBe(200)
  ofWall = -86_400
  monotonicMs += 301_000
  expect((await ask('/ready')).status, 'set back').toBe(503)
})

describe('/ready on a schedule', () => {
  const failure = { at: at(30), kind: 'poll-failed', error: offline, nextAt: at(90) } as const
  const polled = (seconds: number) => ({ at: at(seconds), kind: 'polled', nextAt: at(seconds + 60) }) as const

  it.each([
    ['while the first sync is under way', [], true],
    ['after one that succeeded', [synced(20)], true],
    ['no more after one that failed', [synced(20), failure], false],
    ['not where the first failed', [failure], false],
    ['again after the next that succeeded', [failure, synced(60), polled(61)], true],
    ['no more after one that failed when the clock was set back', [synced(3600), polled(3600), failure], false],
    ['again after one that succeeded when the clock was set back', [failure, synced(5), polled(5)], true],
  ] as const)('is ready %s', async (_, events, ready) => {
    const { ask } = await serverWith({ state: () => stateAfter(events, 'schedule') })
    expect((await ask('/ready')).status).toBe(ready ? 200 : 503)
  })
})

describe('/health', () => {
  it('tries the source once for all that ask within half a minute', async () => {
    let tries = 0
    const { ask, later } = await serverWith({
      validate: async () => {
        tries++
        await Promise.resolve()
      },
    })
    await Promise.all([ask('/health'), ask('/health'), ask('/health')])
    later(29)
    expect(json(await ask('/health'))).toEqual([200, { status: 'healthy', timestamp: '2026-01-02T03:04:34Z' }])
    expect(tries).toBe(1)
    later(2)
    await ask('/health')
    expect(tries).toBe(2)
  })

  it('tells the sentence of a source that refuses', async () => {
    const { ask } = await serverWith({
      validate: async () => {
        throw new ConnectorError('unauthenticated', 'Validate', 'the API key was refused (401)')
      },
    })
    expect(json(await ask('/health'))).toEqual([
      503,
      {
        status: 'unhealthy',
        timestamp: '2026-01-02T03:04:05Z',
        details: { error: 'connector validation failed', validation_error: 'the API key was refused (401)' },
      },
    ])
  })
})

describe('requests', () => {
  it('serves metrics with their media type', async () => {
    const { ask } = await serverWith()
    const answer = await ask('/metrics?format=text')
    expect([answer.status, answer.body, answer.headers.get('content-type')]).toEqual([
      200,
      'baton_connected 1\n',
      'text/plain; version=0.0.4',
    ])
  })

  it('answers a failure of its own with 500 and goes on', async () => {
    const { ask } = await serverWith({
      metrics: {
        contentType: 'text/plain',
        text: () => Promise.reject(new Error('no numbers')),
      },
    })
    expect([(await ask('/metrics')).status, (await ask('/live')).status]).toEqual([500, 200])
  })

  it.each([
    ['/', 404],
    ['/livez', 404],
    ['/live/', 404],
    ['//live', 404],
  ])('does not know %s', async (path, status) => {
    const { ask } = await serverWith()
    expect((await ask(path)).status).toBe(status)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { ask } = await serverWith()
    const answer = await ask('/live', { method, ...(method === 'POST' && { body: 'x'.repeat(1000) }) })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('answers HEAD without a body', async () => {
    const { ask } = await serverWith()
    const answer = await ask('/ready', { method: 'HEAD' })
    expect([answer.status, answer.body]).toEqual([503, ''])
  })
})

describe('the server', () => {
  it.each([
    ['a port that is in use', '127.0.0.1', 'failed-precondition', 'is in use by another program; choose another'],
    ['an address of another machine', '192.0.2.1', 'invalid-argument', 'is not an address of this machine'],
    ['something that is no address', 'no such host', 'invalid-argument', 'check --health-check-bind-address'],
  ])('refuses %s in one sentence', async (_, host, code, says) => {
    const { server } = await serverWith()
    await expect(serverWith({ host, port: server.port })).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(says) as string,
    })
  })

  it('ends at once, also while somebody waits for an answer', async () => {
    let asked = (): void => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    let stopped = false
    const { server } = await serverWith({
      validate(signal) {
        asked()
        signal.addEventListener('abort', () => (stopped = true))
        return new Promise(() => {})
      },
    })
    const cut = new Promise((resolve) => {
      request({ host: '127.0.0.1', port: server.port, path: '/health' }).on('error', resolve).end()
    })
    await isAsked
    await server.close()
    expect(await cut).toMatchObject({ code: 'ECONNRESET' })
    expect(stopped, 'the trial of the source ends with it').toBe(true)
  })

  // Without a limit, silent connections are closed as well, but only after ten seconds.
  it('keeps no more than a hundred connections, and serves on when they are gone', { timeout: 9000 }, async () => {
    const { server, ask } = await serverWith()
    const idle = Array.from({ length: 120 }, () =>
      connect(server.port, '127.0.0.1')
        .on('error', () => {})
        .resume(),
    )
    await new Promise<void>((resolve) => {
      let closed = 0
      for (const socket of idle)
        socket.once('close', () => {
          if (++closed === 20) resolve()
        })
    })
    for (const socket of idle) socket.destroy()
    const askAgain = (): Promise<number> => ask('/live').then(({ status }) => status, askAgain)
    expect(await askAgain()).toBe(200)
  })
})
