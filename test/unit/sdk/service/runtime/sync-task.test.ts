import { mkdirSync, readdirSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import {
  connectorFor,
  type DaemonPlan,
  folder,
  hurriedTime,
  type RunningDaemon,
  startDaemon,
} from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { readSnapshot, type SnapshotRows } from '../../../../support/snapshot-rows.ts'
import { person, tenantOf } from '../../../../tenant/tenant-of.ts'
import { seedTenant } from '../../../../tenant/seed-tenant.ts'
import { truthOf } from '../../../../tenant/tenant-truth.ts'
import type { RunningTenant } from '../../../../tenant/start-tenant.ts'
import { createToyConnector } from '../../../../support/toy-connector.ts'

type SyncWork = Extract<TaskWork, { kind: 'sync-full' }>

const syncOf = (part: Partial<SyncWork> = {}): SyncWork => ({
  kind: 'sync-full',
  skipEntitlementsAndGrants: false,
  skipGrants: false,
  skipExpandGrants: true,
  targets: [],
  types: [],
  storageEngine: '',
  ...part,
})

interface Synced {
  readonly daemon: RunningDaemon
  readonly id: string
  /** Of the last upload, if there was one. */
  readonly rows: SnapshotRows | undefined
}

async function synced(server: RunningTenant, work: SyncWork, plan: DaemonPlan = {}): Promise<Synced> {
  const daemon = startDaemon({ connector: connectorFor(server), ...plan })
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  expect(readdirSync(daemon.stateDir)).toEqual([])
  return { daemon, id, rows: rowsOf(daemon, id) }
}

function rowsOf({ peer }: RunningDaemon, id: string): SnapshotRows | undefined {
  const bytes = peer.uploads(id).at(-1)
  if (!bytes) return undefined
  const file = join(folder(), 'uploaded.c1z')
  writeFileSync(file, bytes)
  return readSnapshot(file)
}

describe('a sync task', () => {
  it('uploads all that the tenant holds, then finishes without a word, and leaves no file', async () => {
    const server = await tenantOf()
    const { daemon, id, rows } = await synced(server, syncOf())
    expect(rows).toMatchObject({ ...truthOf(server.tenant), syncs: [{ finished: true, type: 'full' }] })
    expect(daemon.peer.results(id)).toEqual([{ kind: 'success' }])
    const order = daemon.peer.calls.filter((call) => call.task === id).map(({ rpc }) => rpc)
    expect(order).toEqual(['heartbeat', 'upload', 'finish'])
  })

  it('adds the grants that follow from others, unless the platform does it', async () => {
    const server = await tenantOf()
    const { rows } = await synced(server, syncOf({ skipExpandGrants: false }))
    const plain = truthOf(server.tenant).grants
    expect(rows?.grants.length).toBeGreaterThan(plain.length)
    expect(rows?.grants).toEqual(expect.arrayContaining([...plain]))
  })

  it('tells what it read and where it stood', async () => {
    const server = await tenantOf()
    const { daemon, id } = await synced(server, syncOf())
    const phases = daemon.events.flatMap((event) => (event.kind === 'task-progress' ? event.progress.phase : []))
    expect(phases[0]).toBe('trying the key')
    expect(new Set(phases.slice(1, -2))).toEqual(
      new Set(
        [
          ...['users', 'groups', 'roles', 'network-resources', 'remote-networks', 'connectors', 'gateways'],
          ...['service-accounts', 'service-account-keys', 'security-policies'],
        ].map((types) => `reading ${types}`),
      ),
    )
    expect(phases.slice(-2)).toEqual(['writing the file', 'uploading'])
    const bytes = daemon.peer.uploads(id)[0]?.length
    expect(daemon.state().lastSync).toMatchObject({ counts: { resources: { user: 40, group: 12 } }, file: { bytes } })
    expect(daemon.events.filter(({ kind }) => kind === 'uploaded')).toMatchObject([{ bytes }])
    expect(daemon.state().running).toEqual([])
  })

  it('without entitlements and grants holds resources alone', async () => {
    const server = await tenantOf()
    const { rows } = await synced(server, syncOf({ skipEntitlementsAndGrants: true }))
    expect(rows).toMatchObject({ syncs: [{ type: 'resources_only' }], entitlements: [], grants: [] })
    expect(rows?.resources).toEqual(truthOf(server.tenant).resources)
  })

  it('without grants stays a full one', async () => {
    const server = await tenantOf()
    const { rows } = await synced(server, syncOf({ skipGrants: true }))
    expect(rows).toMatchObject({ syncs: [{ type: 'full' }], grants: [] })
    expect(rows?.entitlements).toEqual(truthOf(server.tenant).entitlements)
  })

  it('of targets reads each once and passes over what is not there', async () => {
    const server = await tenantOf()
    const hana = { type: 'user', id: person(server, 'Hana').id }
    const targets = [
      hana,
      hana,
      { type: 'planet', id: 'mars' },
      { type: 'user', id: 'VXNlcjo5OTk5' },
      { type: '', id: '' },
    ]
    const { rows } = await synced(server, syncOf({ targets }))
    expect(rows?.syncs).toMatchObject([{ finished: true, type: 'partial' }])
    expect(rows?.resources.filter((id) => id.startsWith('user:'))).toEqual([`user:${hana.id}`])
  })

  it('whose only targets are unknown uploads a part that holds nothing', async () => {
    const server = await tenantOf()
    const { rows } = await synced(server, syncOf({ targets: [{ type: 'planet', id: 'mars' }] }))
    expect(rows).toMatchObject({ syncs: [{ finished: true, type: 'partial' }], resources: [] })
  })

  it('keeps to the types of the task, which go before those of the daemon', async () => {
    const server = await tenantOf()
    const types = async (work: SyncWork) => {
      const { rows } = await synced(server, work, { syncTypes: ['role'] })
      return [...new Set(rows?.resources.map((id) => id.split(':')[0]))]
    }
    expect(await types(syncOf())).toEqual(['role'])
    expect(await types(syncOf({ types: ['user'] }))).toEqual(['user'])
  })

  it('of a type that does not exist fails for good', async () => {
    const server = await tenantOf()
    const { daemon, id } = await synced(server, syncOf({ types: ['planet'] }))
    const message = expect.stringContaining('no resource type planet') as string
    expect(daemon.peer.results(id)).toEqual([{ kind: 'failure', code: 3, message, retryable: false }])
  })

  it('for which a pebble file was asked gets one in SQLite', async () => {
    const server = await tenantOf()
    const { rows } = await synced(server, syncOf({ storageEngine: 'pebble' }))
    expect(rows?.resources).toEqual(truthOf(server.tenant).resources)
  })

  it('with --skip-full-sync tries the key and uploads a finished sync that holds nothing', async () => {
    const server = await tenantOf()
    const { daemon, id, rows } = await synced(server, syncOf(), { skipFullSync: true })
    expect(rows).toMatchObject({
      syncs: [{ finished: true, type: 'full' }],
      resources: [],
      entitlements: [],
      grants: [],
    })
    expect(daemon.peer.results(id)).toEqual([{ kind: 'success' }])
    expect(server.requests.map(({ operation }) => operation)).toEqual(['Validate'])
  })

  it('that a key may not do fails before it reads anything, and may be tried again', async () => {
    const server = await tenantOf({ faults: [{ operation: 'Validate', kind: '401' }] })
    const { daemon, id } = await synced(server, syncOf())
    expect(daemon.peer.results(id)).toMatchObject([{ kind: 'failure', code: 16, retryable: true }])
    expect(daemon.peer.uploads(id)).toEqual([])
  })

  it('that lost too much since the last one fails, and one of everything that is whole again does not', async () => {
    const server = await tenantOf({ tenant: seedTenant({ users: 40, groups: 12 }) })
    const daemon = startDaemon({ connector: connectorFor(server), mostShrinkPercent: 30 })
    const run = async (work: SyncWork) => {
      const id = daemon.peer.add(work)
      await daemon.peer.allFinished()
      return daemon.peer.results(id).map((result) => (result.kind === 'failure' ? result.code : result.kind))
    }
    expect(await run(syncOf())).toEqual(['success'])
    const { tenant } = server
    for (const user of tenant.users.slice(20)) tenant.removeUser(user)
    expect(await run(syncOf({ types: ['role'] }))).toEqual(['success'])
    expect(await run(syncOf())).toEqual([9])
    for (let number = 500; number < 520; number++) {
      const user = tenant.addUser({ number })
      for (const group of tenant.groups.slice(0, 10)) tenant.addMember(group, user)
    }
    expect(await run(syncOf())).toEqual(['success'])
    await daemon.stop()
  })

  it('that fails in the middle leaves no file, and may be tried again', async () => {
    const server = await tenantOf({ faults: [{ operation: 'Groups', kind: '500' }] })
    const { daemon, id } = await synced(server, syncOf())
    expect(daemon.peer.results(id)).toMatchObject([{ kind: 'failure', code: 14, retryable: true }])
    expect(daemon.state().lastSync).toBeUndefined()
  })

  it('shares the daemon with others: three at once have a file each', async () => {
    const server = await tenantOf()
    const daemon = startDaemon({ connector: connectorFor(server) })
    const ids = [1, 2, 3].map(() => daemon.peer.add(syncOf()))
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(ids.map((id) => rowsOf(daemon, id)?.grants)).toEqual(ids.map(() => truthOf(server.tenant).grants))
    expect(daemon.peer.violations).toEqual([])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })
})

describe('the upload', () => {
  it('is tried three times, from the first byte each, while heartbeats go on', async () => {
    const server = await tenantOf()
    const fault = ({ rpc, attempt }: { rpc: string; attempt: number }) =>
      rpc === 'upload' && attempt < 3 ? ({ code: 'unavailable' } as const) : undefined
    const { daemon, id } = await synced(server, syncOf(), { time: hurriedTime, peer: { fault, heartbeatMs: 1_000 } })
    expect(daemon.peer.results(id)).toEqual([{ kind: 'success' }])
    const order = daemon.peer.calls.filter((call) => call.task === id).map(({ rpc }) => rpc)
    const [first, last] = [order.indexOf('upload'), order.lastIndexOf('upload')]
    expect(order.filter((rpc) => rpc === 'upload')).toHaveLength(3)
    expect(order.slice(first, last)).toContain('heartbeat')
    expect(order.slice(order.indexOf('finish'))).toEqual(['finish'])
  })

  it('that fails three times fails the task, which may be tried again', async () => {
    const server = await tenantOf()
    const { daemon, id } = await synced(server, syncOf({ types: ['role'] }), {
      time: hurriedTime,
      peer: { fault: ({ rpc }) => (rpc === 'upload' ? { code: 'internal' } : undefined) },
    })
    const failure = { kind: 'failure', code: 13, message: 'scripted internal', retryable: true }
    expect(daemon.peer.results(id)).toEqual([failure])
    expect(daemon.state().lastSync).toBeUndefined()
  })

  it('whose answer was lost is sent again, for the service cannot be asked', async () => {
    const server = await tenantOf()
    const { daemon, id } = await synced(server, syncOf({ types: ['role'] }), {
      peer: { fault: ({ rpc, attempt }) => (rpc === 'upload' && attempt === 1 ? 'lost' : undefined) },
    })
    expect(daemon.peer.uploads(id)).toHaveLength(2)
    expect(daemon.peer.results(id)).toEqual([{ kind: 'success' }])
  })
})

describe('a snapshot that the service has already', () => {
  const uploadEnds = (script: readonly Fault[]) => ({
    fault: ({ rpc, attempt }: Call): Fault | undefined => (rpc === 'upload' ? script[attempt - 1] : undefined),
  })
  const exists: Fault = { code: 'already-exists' }

  it('is there because only the answer to its upload was lost', async () => {
    const server = await tenantOf()
    const { daemon, id } = await synced(server, syncOf({ types: ['role'] }), {
      time: hurriedTime,
      peer: uploadEnds(['lost', { code: 'unavailable' }, exists]),
    })
    expect(daemon.peer.results(id)).toEqual([{ kind: 'success' }])
  })

  it.each([
    ['of nobody known', [exists, exists, exists]],
    ['of an earlier run of the task', ['lost', 'lost', 'lost', exists, exists, exists]],
  ] as const)('%s is not this one', async (_, script) => {
    const server = await tenantOf()
    const daemon = startDaemon({
      ...{ connector: connectorFor(server), time: hurriedTime },
      peer: { ...uploadEnds(script), repeats: true },
    })
    const id = daemon.peer.add(syncOf({ types: ['role'] }))
    await daemon.peer.when(() => daemon.peer.results(id).length === script.length / 3)
    expect(daemon.peer.results(id).at(-1)).toMatchObject({ kind: 'failure', code: 6, retryable: true })
  })
})

describe('the end of a sync', () => {
  it.each([
    [undefined, { kind: 'success' }],
    [{ code: 'internal' }, { kind: 'failure', message: 'scripted internal' }],
  ] as const)('is told as it is where its files cannot be removed (upload: %o)', async (refusal, result) => {
    const server = await tenantOf()
    const stateDir = join(folder(), 'link')
    symlinkSync(folder(), stateDir)
    const daemon = startDaemon({
      ...{ connector: connectorFor(server), stateDir, time: hurriedTime },
      peer: {
        fault({ rpc, attempt }) {
          if (rpc !== 'upload') return undefined
          if (attempt === 1) rmSync(stateDir)
          return refusal
        },
      },
    })
    const id = daemon.peer.add(syncOf({ types: ['role'] }))
    await daemon.peer.allFinished()
    expect(daemon.peer.results(id)).toMatchObject([result])
  })

  it('for a name that cannot be looked up is one that may be tried again', async () => {
    const validate = () =>
      Promise.reject(new ConnectorError('invalid-argument', 'call', 'no host', undefined, 'ENOTFOUND'))
    const daemon = startDaemon({ connector: createToyConnector({ validate }).connector })
    const id = daemon.peer.add(syncOf())
    await daemon.peer.allFinished()
    expect(daemon.peer.results(id)).toEqual([{ kind: 'failure', code: 3, message: 'no host', retryable: true }])
  })
})

describe('a sync that the service cancels', () => {
  it('stops at the next page, uploads nothing and says why', async () => {
    const server = await tenantOf({ faults: [{ operation: 'Users', kind: 'slow', delayMs: 500, times: 1 }] })
    const daemon = startDaemon({ connector: connectorFor(server), time: hurriedTime, peer: { heartbeatMs: 1_000 } })
    const id = daemon.peer.add(syncOf())
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'heartbeat'))
    daemon.peer.cancel(id)
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(daemon.peer.results(id)).toEqual([
      { kind: 'failure', code: 1, message: 'the task was canceled by the service', retryable: true },
    ])
    expect(daemon.peer.uploads(id)).toEqual([])
    expect(daemon.peer.violations).toEqual([])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('in the middle packs nothing of what is thrown away', async () => {
    // The first page of every list has come when the second of the users is waited for.
    const server = await tenantOf({
      tenant: seedTenant({ users: 250, groups: 5 }),
      faults: [{ operation: 'Users', page: 1, kind: 'slow', delayMs: 500, times: 1 }],
    })
    const stateDir = folder()
    const made: (string | null)[] = []
    const watcher = watch(stateDir, (_, name) => made.push(name))
    onTestFinished(() => watcher.close())
    const daemon = startDaemon({
      ...{ connector: connectorFor(server), time: hurriedTime, stateDir, workers: 1 },
      peer: { heartbeatMs: 1_000 },
    })
    const id = daemon.peer.add(syncOf())
    await daemon.peer.when(() => daemon.state().running[0]?.progress?.phase === 'reading users')
    daemon.peer.cancel(id)
    await daemon.peer.allFinished()
    expect(daemon.peer.results(id)).toMatchObject([{ code: 1 }])
    expect(made).toContain(`.sync-${id}.c1z.work`)
    expect(made).not.toContain(`.sync-${id}.c1z.image`)
  })

  it('with its first heartbeat never begins, and is finished all the same', async () => {
    const server = await tenantOf()
    const daemon = startDaemon({ connector: connectorFor(server) })
    const id = daemon.peer.add(syncOf())
    daemon.peer.cancel(id)
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(daemon.peer.results(id)).toMatchObject([{ code: 1, retryable: true }])
    expect(server.requests).toEqual([])
  })
})

it('files of a crashed sync are swept at the start, and nothing else', async () => {
  const stateDir = folder()
  const others = ['.lock', 'status.json', 'sync-notes.md', 'sync-old.c1z.gz']
  for (const name of ['sync-a.c1z', '.sync-a.c1z.work', '.sync-a.c1z.base-journal', 'sync-a.c1z.tmp', ...others])
    writeFileSync(join(stateDir, name), 'x')
  mkdirSync(join(stateDir, 'sync-backups'))
  const daemon = startDaemon({ stateDir })
  await daemon.peer.when(() => daemon.peer.hellos.length > 0)
  expect(readdirSync(stateDir).sort()).toEqual([...others, 'sync-backups'].sort())
})
