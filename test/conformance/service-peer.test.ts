import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskJson } from '../judges/peer-commands.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import type { FaultAct } from '../judges/peer-commands.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { soak } from '../judges/service-soak.ts'
import { toyTasks } from '../judges/toy-tasks.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

  describe('with the official daemon', () => {
    test('it is greeted with a complete hello before the first poll', async () => {
      at.startDaemon()
      await at.peer.heard('rpc', ({ rpc }) => rpc === 'GetTask')
      const [hello] = at.peer.all.filter((event) => event.event === 'rpc')
      expect(hello).toMatchObject({ rpc: 'Hello', request: { connectorMetadata: { displayName: 'Toy' } } })
      expect(at.peer.all.find((event) => event.event === 'token')).toMatchObject({
        assertion: { header: { alg: 'EdDSA' } },
        clientId: at.peer.clientId,
      })
      expect(await at.peer.violations()).toEqual([])
    })

    const type = (name: string) => ({ '@type': `type.googleapis.com/c1.connector.v2.${name}` })
    const success = (name: string) => ({ outcome: 'success', request: { success: { response: type(name) } } })
    const failure = (outcome: 'failed' | 'retryable', code: number, message: string) => ({
      outcome,
      code,
      message: expect.stringContaining(message),
    })

    test.each<readonly [string, TaskJson, object]>([
      ['a hello task', { hello: {} }, { outcome: 'hello' }],
      ['a grant', toyTasks.grant(), success('GrantManagerServiceGrantResponse')],
      ['a revoke', toyTasks.revoke(), success('GrantManagerServiceRevokeResponse')],
      ['a new account', toyTasks.createAccount('dana'), success('CreateAccountResponse')],
      ['a deletion', toyTasks.deleteUser(), success('DeleteResourceResponse')],
      ['a list of actions', { actionListSchemas: {} }, success('ListActionSchemasResponse')],
      ['a look at an action', { actionGetSchema: { name: 'echo' } }, success('GetActionSchemaResponse')],
      ['an action', toyTasks.invoke('echo', { word: 'hi' }), success('InvokeActionResponse')],
      ['a slow action', toyTasks.invoke('slow'), success('InvokeActionResponse')],
      ['an action that fails', toyTasks.invoke('fail'), failure('retryable', 2, 'the action fails')],
      ['the state of no action', { actionStatus: { name: 'echo', id: 'none' } }, failure('retryable', 5, '')],
      ['a list of event feeds', { listEventFeeds: {} }, success('ListEventFeedsResponse')],
      ['a grant to nobody', toyTasks.grant('nobody'), failure('failed', 5, 'no such group or user')],
      ['an account without login', { createAccount: { accountInfo: {} } }, failure('failed', 3, 'no login')],
      ['a malformed grant', { grant: {} }, failure('failed', 2, 'malformed grant task')],
      ['a malformed revoke', { revoke: {} }, failure('failed', 2, 'invalid task type')],
      ['a malformed deletion', { deleteResource: {} }, failure('failed', 2, 'malformed')],
      [
        'a new resource',
        { createResource: { resource: { id: { resourceType: 'group', resource: 'g' } } } },
        failure('failed', 12, 'Create()'),
      ],
      [
        'a rotation',
        { rotateCredentials: { resourceId: { resourceType: 'user', resource: 'u' } } },
        failure('failed', 12, ''),
      ],
      ['an issue of credentials', { issueCredential: {} }, failure('failed', 2, 'malformed')],
      [
        'a ticket',
        { createTicketTask: { ticketRequest: { displayName: 't' }, ticketSchema: { id: 's' } } },
        failure('retryable', 2, 'ticketing'),
      ],
      ['a look at a ticket', { getTicket: { ticketId: 't' } }, failure('retryable', 2, 'ticketing')],
      ['an event feed', { eventFeed: {} }, failure('retryable', 2, 'unsupported task type')],
      ['a difference of syncs', { createSyncDiff: {} }, failure('retryable', 2, 'unsupported task type')],
      ['a compaction', { compactSyncs: {} }, failure('retryable', 2, 'unsupported task type')],
      ['nothing that is known', {}, failure('retryable', 2, 'unsupported task type')],
      ['a sync of no known type', toyTasks.syncTypes('nothing'), failure('retryable', 2, 'invalid resource type')],
    ])('%s ends as it should', async (_name, task, expected) => {
      const [id] = (await at.peer.enqueue(task)) as [string]
      at.startDaemon()
      expect(await at.peer.finished(id)).toMatchObject(expected)
      expect(await at.peer.violations()).toEqual([])
    })

    test('a task of a kind to come ends as unsupported', async () => {
      const { ids } = await at.peer.tell({ do: 'enqueue', tasks: [{}], unknownField: 199 })
      at.startDaemon()
      expect(await at.peer.finished((ids as string[])[0]!)).toMatchObject({ outcome: 'retryable', code: 2 })
    })

    test('a task that is none is delivered and never finished', async () => {
      const [none, list] = (await at.peer.enqueue({ none: {} }, { actionListSchemas: {} })) as [string, string]
      at.startDaemon()
      await at.peer.finished(list)
      const { tasks, open } = await at.peer.summary()
      expect([open, tasks.find(({ taskId }) => taskId === none)]).toMatchObject([
        0,
        { state: 'delivered', finishes: 0 },
      ])
    })

    test('a grant without --provisioning is refused', async () => {
      const [id] = (await at.peer.enqueue(toyTasks.grant())) as [string]
      at.startDaemon({ provisioning: false })
      expect(await at.peer.finished(id)).toMatchObject(failure('failed', 9, 'provisioning is not enabled'))
    })

    test('the upload of a sync is a file that the official reader opens', async () => {
      const [id] = (await at.peer.enqueue({ syncFull: { storageEngine: 'sqlite' } })) as [string]
      at.startDaemon()
      expect(await at.peer.finished(id)).toMatchObject({ outcome: 'success' })
      const upload = await at.peer.heard('upload')
      expect(upload).toMatchObject({ taskId: id, try: 1, whole: true, code: 0 })
      const sizes = upload.chunkSizes!.map(([size, times]) => size * times)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(upload.bytes)
      const verdict = await tools.judge(upload.file)
      expect([verdict.resources.length, verdict.grants.length, verdict.mismatches]).toEqual([8, 5, []])
      expect(await readdir(at.temp)).toEqual([])
    })

    test('a targeted sync uploads what was asked for', async () => {
      const [id] = (await at.peer.enqueue(toyTasks.syncUsers('toy-user-2'))) as [string]
      at.startDaemon()
      await at.peer.finished(id)
      const verdict = await tools.judge((await at.peer.heard('upload')).file)
      expect(verdict.syncs.map(({ type: kind }) => kind)).toEqual(['partial'])
      expect(verdict.resources.map(({ id: user }) => user)).toEqual(['toy-user-2'])
    })

    test('a cancelled sync stops, uploads nothing and is reported', async () => {
      const [id] = (await at.peer.enqueue({ syncFull: {} })) as [string]
      at.startDaemon({ pageDelayMs: 3000 })
      await at.peer.heard('rpc', ({ rpc }) => rpc === 'Heartbeat')
      await at.peer.tell({ do: 'cancel', taskId: id })
      expect(await at.peer.finished(id)).toMatchObject({ outcome: 'retryable' })
      expect((await at.peer.summary()).tasks).toMatchObject([{ cancelled: true, uploads: 0 }])
    })

    test('tasks are fetched in batches where the daemon asks for them', async () => {
      await at.peer.tell({ do: 'enqueue', tasks: [{ actionListSchemas: {} }], copies: 20 })
      at.startDaemon({ env: { BATON_GET_TASKS: 'true' } })
      await at.peer.drained()
      const { calls, totals } = await at.peer.summary()
      expect([totals, calls['GetTask']]).toEqual([{ success: 20 }, undefined])
      expect(calls['GetTasks']).toBeGreaterThan(1)
    })
  })

  describe('many tasks', () => {
    test('survive a fault on every fifth call when each is handed out until it is finished', async () => {
      at.startDaemon({ env: { BATON_GET_TASKS: 'true' } })
      await at.peer.heard('answer', ({ rpc, code }) => rpc === 'GetTasks' && code === 0)
      const tasks = [{ actionListSchemas: {} }, toyTasks.revoke()]
      // The official daemon never repeats a FinishTask, so a lost answer would leave its task open for ever.
      const acts: FaultAct[] = [
        { action: 'status', code: 'UNAVAILABLE' },
        { action: 'drop' },
        { action: 'http', status: 502 },
      ]
      const { summary } = await soak(at.peer, { tasks, copies: 20, every: 5, acts, leaseMs: 1000, within: 120_000 })
      expect([summary.totals, summary.open]).toEqual([{ success: 40 }, 0])
      expect(summary.tasks.map(({ acknowledged }) => acknowledged)).toEqual(Array.from({ length: 40 }, () => 1))
      expect(summary.tasks.some(({ handed }) => handed > 1)).toBe(true)
      expect(await at.peer.violations()).toEqual([])
    })
  })
})
