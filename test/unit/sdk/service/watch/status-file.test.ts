import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { afterEvent, type DaemonEvent, startState } from '../../../../../src/sdk/service/watch/state.ts'
import {
  keepStatusFile,
  StatusDocument,
  statusDocument,
  statusPath,
} from '../../../../../src/sdk/service/watch/status-file.ts'
import { type Logger, silentLogger, type Sleep } from '../../../../../src/sdk/ground/ports.ts'
import { temporaryFolder } from '../../../../tenant/sync-tenant.ts'
import { at, clockAt, offline, START, started, stateAfter, synced } from '../fixture.ts'

const FACTS = { version: '1.2.3', pid: 4711, host: 'worker-1' }

/** Every optional part once. */
const FULL = stateAfter([
  { at: at(1), kind: 'connected' },
  { at: at(2), kind: 'polled', nextAt: at(3) },
  started(3, '2ABC'),
  {
    at: at(4),
    kind: 'task-progress',
    id: '2ABC',
    progress: { phase: 'reading users', done: 300, total: 900, waitingUntil: at(60) },
  },
  synced(40),
  { at: at(50), kind: 'poll-failed', error: offline, nextAt: at(51) },
  { at: at(51), kind: 'undelivered', count: 2 },
])

describe('the status document', () => {
  it('has these keys, which programs read', () => {
    expect(statusDocument(FULL, FACTS, clockAt(55))).toEqual({
      version: '1.2.3',
      pid: 4711,
      host: 'worker-1',
      mode: 'service',
      startedAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-01-02T03:05:00.000Z',
      connection: 'failing',
      connectionSince: '2026-01-02T03:04:55.000Z',
      ready: true,
      lastPollAt: '2026-01-02T03:04:07.000Z',
      nextPollAt: '2026-01-02T03:04:56.000Z',
      tasks: [
        {
          id: '2ABC',
          kind: 'sync-full',
          since: '2026-01-02T03:04:08.000Z',
          progress: { phase: 'reading users', done: 300, total: 900, waitingUntil: '2026-01-02T03:05:05.000Z' },
        },
      ],
      lastSync: {
        finishedAt: '2026-01-02T03:04:45.000Z',
        durationMs: 12_346,
        resources: { user: 900, group: 2 },
        entitlements: { group: 2 },
        grants: { group: 1200 },
        file: '/state/a.c1z',
        bytes: 5_400_000,
      },
      errors: [{ at: '2026-01-02T03:04:55.000Z', where: 'poll', message: 'the platform is away' }],
      undelivered: 2,
    })
  })

  it('tells of a wait only until it is over', () => {
    const [task] = statusDocument(FULL, FACTS, clockAt(61)).tasks
    expect(task?.progress).toEqual({ phase: 'reading users', done: 300, total: 900 })
  })

  it('leaves out what there is not, and says why it is not ready', () => {
    const document = statusDocument(stateAfter([]), FACTS, clockAt(1))
    expect(Object.keys(document).sort()).toEqual(
      [
        ...['connection', 'connectionSince', 'errors', 'host', 'mode', 'notReadyBecause', 'pid', 'ready'],
        ...['startedAt', 'tasks', 'undelivered', 'updatedAt', 'version'],
      ].sort(),
    )
    expect(document.notReadyBecause).toBe('not connected to the platform yet')
  })

  it.each([
    ['a full state', FULL],
    ['an empty one', stateAfter([])],
  ])('is read back as it was written: %s', (_, state) => {
    const document = statusDocument(state, FACTS, clockAt(55))
    expect(StatusDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document)
  })
})

/** Keeps the file for so many seconds; `events` come at their second. Gives the times at which the file was seen to change. */
async function keep(
  seconds: number,
  events: Readonly<Record<number, DaemonEvent>> = {},
  plan: { readonly log?: Logger; readonly before?: (folder: string, second: number) => void } = {},
) {
  const folder = temporaryFolder(onTestFinished)
  let state = startState('service', START)
  let now = 0
  const stop = new AbortController()
  const seen: { readonly second: number; readonly updatedAt: string }[] = []
  const look = (): void => {
    const text = existing(statusPath(folder))
    const updatedAt = text === undefined ? '' : StatusDocument.parse(JSON.parse(text)).updatedAt
    if (updatedAt !== (seen.at(-1)?.updatedAt ?? '')) seen.push({ second: now, updatedAt })
  }
  const sleep: Sleep = async (ms) => {
    look()
    now += ms / 1000
    plan.before?.(folder, now)
    const event = events[now]
    if (event) state = afterEvent(state, event, now * 1000)
    if (now >= seconds) stop.abort()
  }
  await keepStatusFile(
    {
      ...{ stateDir: folder, facts: FACTS, sleep, log: plan.log ?? silentLogger },
      state: () => state,
      clock: { now: () => at(now), monotonicMs: () => now * 1000 },
    },
    stop.signal,
  )
  look()
  return { folder, changes: seen.map(({ second }) => second) }
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

describe('the status file', () => {
  it('is written at the start, every ten seconds as a sign of life, and at the end', async () => {
    expect((await keep(25)).changes).toEqual([0, 10, 20, 25])
  })

  it('is written within a second of a change', async () => {
    const events = { 3: started(3), 4: { at: at(4), kind: 'connected' } as const }
    expect((await keep(16, events)).changes).toEqual([0, 3, 4, 14, 16])
  })

  it('is not written for a poll that brought nothing, whose time comes with the next sign of life', async () => {
    const polls = [3, 4, 5, 6].map((second): [number, DaemonEvent] => [
      second,
      { at: at(second), kind: 'polled', nextAt: at(second + 1) },
    ])
    const { changes, folder } = await keep(11, Object.fromEntries(polls))
    expect(changes, 'the first poll connects').toEqual([0, 3, 11])
    expect(readFileSync(statusPath(folder), 'utf8')).toContain(at(6).toISOString())
  })

  it('is for its owner only and leaves nothing beside it', async () => {
    const { folder } = await keep(3)
    expect(readdirSync(folder)).toEqual(['status.json'])
    expect(statSync(statusPath(folder)).mode & 0o777).toBe(0o600)
  })

  it('comes again with its folder where that was removed, for its owner only', async () => {
    const warnings: string[] = []
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    const { changes, folder } = await keep(
      12,
      {},
      { log, before: (made, second) => second === 3 && rmSync(made, { recursive: true }) },
    )
    expect(warnings).toEqual(['the state directory was gone and is made again'])
    expect(changes).toEqual([0, 3, 10, 12])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('leaves no half of it behind where it cannot be written', async () => {
    const { folder } = await keep(
      3,
      { 2: started(2) },
      {
        before(made, second) {
          if (second !== 1) return
          rmSync(statusPath(made))
          mkdirSync(statusPath(made))
        },
      },
    )
    expect(readdirSync(folder)).toEqual(['status.json'])
  })

  it('is one warning where it cannot be written, and is written again as soon as it can', async () => {
    const warnings: string[] = []
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    const events = Object.fromEntries([2, 3, 4].map((second) => [second, started(second, `t${second}`)]))
    const { changes } = await keep(13, events, {
      log,
      before: (folder, second) => {
        const target = `${statusPath(folder)}.next`
        if (second === 1) mkdirSync(target)
        if (second === 5) rmSync(target, { recursive: true })
      },
    })
    expect(warnings).toEqual(['the status file cannot be written'])
    expect(changes).toEqual([0, 5, 13])
  })
})
