import { writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { printStatus } from '../../../../../src/sdk/cli/commands/status.ts'
import type { DaemonEvent, DaemonState } from '../../../../../src/sdk/service/watch/state.ts'
import { statusDocument, statusPath } from '../../../../../src/sdk/service/watch/status-file.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'
import { at, clockAt, offline, stateAfter, started, synced } from '../../service/fixture.ts'
import { run } from '../fixture.ts'

interface Plan {
  readonly state?: DaemonState
  /** When the file was written and when it is read, in seconds after the start. */
  readonly writtenAt?: number
  readonly readAt?: number
  readonly alive?: boolean
  readonly host?: string
  readonly argv?: readonly string[]
  readonly text?: string
}

/** Runs `status` against a file that a daemon wrote, or against none. */
async function status({ state, writtenAt = 60, readAt = 61, alive = true, host = 'here', argv = [], text }: Plan) {
  const folder = temporaryFolder(onTestFinished)
  const written =
    state && JSON.stringify(statusDocument(state, { version: '1.2.3', pid: 4711, host: 'here' }, clockAt(writtenAt)))
  if (text ?? written) writeFileSync(statusPath(folder), text ?? written ?? '')
  const place = { env: {}, cwd: '/here', tempDir: '/tmp', uid: 1000, host, isAlive: () => alive, now: () => at(readAt) }
  const ended = await run({
    argv: ['status', '--state-dir', folder, ...argv],
    runs: { status: ({ config, io }) => printStatus(config, io, place) },
  })
  return { ...ended, stdout: ended.stdout.replaceAll(folder, '<state>') }
}

const connected: readonly DaemonEvent[] = [
  { at: at(2), kind: 'connected' },
  { at: at(58), kind: 'polled', nextAt: at(63) },
]

describe('status', () => {
  it('says of a daemon at work what it does, and ends with 0', async () => {
    const progress = { phase: 'reading users', done: 1300, total: 9000 }
    const state = stateAfter([
      ...connected,
      synced(30),
      started(41, '2ABC'),
      { at: at(50), kind: 'task-progress', id: '2ABC', progress },
      started(60, '2ABD', 'grant'),
      {
        at: at(60),
        kind: 'task-ended',
        id: '2ABE',
        task: 'revoke',
        outcome: 'failure',
        durationMs: 10,
        message: 'the group is synced from elsewhere',
      },
    ])
    expect(await status({ state })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: [
        'The daemon runs and is connected, for 59 s.',
        'process      4711 on here, version 1.2.3, started 1 min 1 s ago, last report 1.0 s ago',
        'last poll    3.0 s ago',
        'next poll    in 2.0 s',
        'running      sync-full 2ABC, for 20 s: reading users 1,300 of 9,000',
        '             grant 2ABD, for 1.0 s',
        'last sync    31 s ago, took 12 s: 900 users, 2 groups, 1,200 grants; uploaded, 5.4 MB',
        'undelivered  none',
        'errors       1.0 s ago, revoke 2ABE: the group is synced from elsewhere',
        '',
      ].join('\n'),
    })
  })

  it.each([
    ['connecting', [], 'The daemon runs and is not connected yet, for 1 min 1 s.'],
    [
      'failing',
      [...connected, { at: at(59), kind: 'poll-failed', error: offline, nextAt: at(60) }],
      'The daemon runs, but its polls have failed for 2.0 s.',
    ],
    ['stopping', [...connected, { at: at(60), kind: 'stopping' }], 'The daemon is stopping, for 1.0 s.'],
  ] as const)('ends with 14 for one that is %s', async (_, events, says) => {
    const { code, stdout } = await status({ state: stateAfter(events) })
    expect([code, stdout.split('\n')[0]]).toEqual([14, says])
  })

  it('asks of a schedule whether its last sync succeeded', async () => {
    const good = await status({ state: stateAfter([synced(30)], 'schedule') })
    expect([good.code, good.stdout.split('\n')[0]]).toEqual([0, 'The daemon runs on schedule.'])
    expect(good.stdout).not.toContain('poll')
    expect(good.stdout).toContain('1,200 grants; /state/a.c1z, 5.4 MB')
    const failure: DaemonEvent = { at: at(40), kind: 'poll-failed', error: offline, nextAt: at(90) }
    const bad = await status({ state: stateAfter([synced(30), failure], 'schedule') })
    expect([bad.code, bad.stdout.split('\n')[0]]).toEqual([
      14,
      'The daemon runs, but the last sync failed: the platform is away.',
    ])
    expect(bad.stdout).toContain('next sync    in 29 s')
  })

  it('counts one thing as one', async () => {
    const counts = { resourceTypes: 3, resources: { user: 1, group: 2 }, entitlements: {}, grants: { group: 1 } }
    const file = { path: '/state/a.c1z', bytes: 5_400 }
    const sync = { finishedAt: at(30), durationMs: 12, counts, file }
    const undelivered = { at: at(40), kind: 'undelivered', count: 1 } as const
    const { stdout } = await status({
      state: stateAfter([...connected, { at: at(30), kind: 'synced', sync }, undelivered]),
    })
    expect(stdout).toContain(': 1 user, 2 groups, 1 grant; uploaded')
    expect(stdout).toContain('undelivered  1 result\n')
  })

  it.each([
    ['whose process has ended', { alive: false }, 'The daemon does not run: its process 4711 has ended.'],
    ['that has been silent', { readAt: 91 }, 'The daemon does not run: it has reported nothing for 31 seconds.'],
    [
      'of another machine that has been silent',
      { alive: false, host: 'x', readAt: 91 },
      'it has reported nothing for 31',
    ],
  ])('ends with 5 for a daemon %s, and shows what it last told', async (_, plan, says) => {
    const { code, stdout } = await status({ state: stateAfter(connected), ...plan })
    expect(code).toBe(5)
    expect(stdout).toContain(says)
    expect(stdout).toContain('process      4711 on here')
    expect(stdout).not.toContain('next poll')
  })

  it('does not look for the process of another machine', async () => {
    const { code } = await status({ state: stateAfter(connected), alive: false, host: 'elsewhere', readAt: 90 })
    expect(code).toBe(0)
  })

  it.each([
    [
      'no file',
      undefined,
      'there is no <state>/status.json; give --state-dir, --client-id, --tenants or --file as the daemon has',
    ],
    ['half a file', '{"version":', 'the file <state>/status.json is not that of a daemon'],
    ['a file of something else', '{"version":"1"}', 'the file <state>/status.json is not that of a daemon'],
  ])('ends with 5 where there is %s', async (_, text, says) => {
    const { code, stdout, stderr } = await status(text === undefined ? {} : { text })
    expect([code, stderr]).toEqual([5, ''])
    expect(stdout).toContain(says)
  })

  it('prints the same as JSON', async () => {
    const state = stateAfter(connected)
    const good = await status({ state, argv: ['--output', 'json'] })
    const document = statusDocument(state, { version: '1.2.3', pid: 4711, host: 'here' }, clockAt(60))
    expect(JSON.parse(good.stdout)).toEqual({ running: true, ...document })
    const gone = await status({ state, argv: ['--output', 'json'], alive: false })
    expect(JSON.parse(gone.stdout)).toEqual({
      running: false,
      notRunningBecause: 'its process 4711 has ended',
      ...document,
    })
  })

  it('shows nothing of a message that could move the cursor', async () => {
    const state = stateAfter([
      {
        at: at(1),
        kind: 'hello-failed',
        error: new ConnectorError('unavailable', 'hello', 'a\u001B[2Jb\nc'),
        nextAt: at(2),
      },
    ])
    expect((await status({ state })).stdout).toContain('hello: a [2Jb c')
  })
})
