import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BatonPeer, TaskJson } from '../support/official/baton-peer.ts'
import type { GoDaemonOptions, RunningDaemon } from '../support/official/go-daemon.ts'
import { officialTools, type OfficialTools } from '../support/official/official-tools.ts'
import type { FaultAct } from '../support/official/peer-commands.ts'
import { connectRaw, HELLO, type Fields, type RawClient } from '../support/official/raw-client.ts'
import { askToken, assertionOf, fetchToken, type AssertionParts } from '../support/official/raw-token.ts'
import { soak } from '../support/official/service-soak.ts'
import { toyTasks } from '../support/official/toy-tasks.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let folder: string
  let uploads: string
  let temp: string
  let peer: BatonPeer
  const daemons: RunningDaemon[] = []
  const clients: RawClient[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peer-'))
    uploads = join(folder, 'uploads')
    temp = join(folder, 'temp')
    await mkdir(uploads)
    await mkdir(temp)
    peer = await tools.startPeer({ certificates: folder, uploads })
    await peer.tell({ do: 'pace', idlePollMs: 20, busyPollMs: 0, nextHeartbeatMs: 1000 })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    for (const daemon of daemons.splice(0)) await daemon.stop()
    await peer.close()
    await rm(folder, { recursive: true })
  })

  const startDaemon = (options: Partial<GoDaemonOptions> = {}): RunningDaemon => {
    const daemon = tools.startGoDaemon(peer, { temp, ...options })
    daemons.push(daemon)
    return daemon
  }

  const connect = async (authorization?: readonly string[]): Promise<RawClient> => {
    const client = await connectRaw(peer, authorization)
    clients.push(client)
    return client
  }

  const rules = async (): Promise<readonly string[]> => (await peer.violations()).map((text) => text.split(' ')[0]!)

  describe('with the official daemon', () => {
    test('it is greeted with a complete hello before the first poll', async () => {
      startDaemon()
      await peer.heard('rpc', ({ rpc }) => rpc === 'GetTask')
      const [hello] = peer.all.filter((event) => event.event === 'rpc')
      expect(hello).toMatchObject({ rpc: 'Hello', request: { connectorMetadata: { displayName: 'Toy' } } })
      expect(peer.all.find((event) => event.event === 'token')).toMatchObject({
        assertion: { header: { alg: 'EdDSA' } },
        clientId: peer.clientId,
      })
      expect(await peer.violations()).toEqual([])
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
      const [id] = (await peer.enqueue(task)) as [string]
      startDaemon()
      expect(await peer.finished(id)).toMatchObject(expected)
      expect(await peer.violations()).toEqual([])
    })

    test('a task of a kind to come ends as unsupported', async () => {
      const { ids } = await peer.tell({ do: 'enqueue', tasks: [{}], unknownField: 199 })
      startDaemon()
      expect(await peer.finished((ids as string[])[0]!)).toMatchObject({ outcome: 'retryable', code: 2 })
    })

    test('a task that is none is delivered and never finished', async () => {
      const [none, list] = (await peer.enqueue({ none: {} }, { actionListSchemas: {} })) as [string, string]
      startDaemon()
      await peer.finished(list)
      const { tasks, open } = await peer.summary()
      expect([open, tasks.find(({ taskId }) => taskId === none)]).toMatchObject([
        0,
        { state: 'delivered', finishes: 0 },
      ])
    })

    test('a grant without --provisioning is refused', async () => {
      const [id] = (await peer.enqueue(toyTasks.grant())) as [string]
      startDaemon({ provisioning: false })
      expect(await peer.finished(id)).toMatchObject(failure('failed', 9, 'provisioning is not enabled'))
    })

    test('the upload of a sync is a file that the official reader opens', async () => {
      const [id] = (await peer.enqueue({ syncFull: { storageEngine: 'sqlite' } })) as [string]
      startDaemon()
      expect(await peer.finished(id)).toMatchObject({ outcome: 'success' })
      const upload = await peer.heard('upload')
      expect(upload).toMatchObject({ taskId: id, try: 1, whole: true, code: 0 })
      const sizes = upload.chunkSizes!.map(([size, times]) => size * times)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(upload.bytes)
      const verdict = await tools.judge(upload.file)
      expect([verdict.resources.length, verdict.grants.length, verdict.mismatches]).toEqual([8, 5, []])
      expect(await readdir(temp)).toEqual([])
    })

    test('a targeted sync uploads what was asked for', async () => {
      const [id] = (await peer.enqueue(toyTasks.syncUsers('toy-user-2'))) as [string]
      startDaemon()
      await peer.finished(id)
      const verdict = await tools.judge((await peer.heard('upload')).file)
      expect(verdict.syncs.map(({ type: kind }) => kind)).toEqual(['partial'])
      expect(verdict.resources.map(({ id: user }) => user)).toEqual(['toy-user-2'])
    })

    test('a cancelled sync stops, uploads nothing and is reported', async () => {
      const [id] = (await peer.enqueue({ syncFull: {} })) as [string]
      startDaemon({ pageDelayMs: 3000 })
      await peer.heard('rpc', ({ rpc }) => rpc === 'Heartbeat')
      await peer.tell({ do: 'cancel', taskId: id })
      expect(await peer.finished(id)).toMatchObject({ outcome: 'retryable' })
      expect((await peer.summary()).tasks).toMatchObject([{ cancelled: true, uploads: 0 }])
    })

    test('tasks are fetched in batches where the daemon asks for them', async () => {
      await peer.tell({ do: 'enqueue', tasks: [{ actionListSchemas: {} }], copies: 20 })
      startDaemon({ env: { BATON_GET_TASKS: 'true' } })
      await peer.drained()
      const { calls, totals } = await peer.summary()
      expect([totals, calls['GetTask']]).toEqual([{ success: 20 }, undefined])
      expect(calls['GetTasks']).toBeGreaterThan(1)
    })
  })

  describe('tasks', () => {
    const finish = (taskId: string, more: Fields = {}): Fields => ({
      hostId: 'raw',
      taskId,
      error: { nonRetryable: true },
      status: { code: 5, message: 'not there' },
      ...more,
    })

    test('one that is not finished in time is handed out again, one that is beats on, a finished one never', async () => {
      const [kept, lost, done] = (await peer.enqueue({ hello: {} }, { hello: {} }, { hello: {} })) as [
        string,
        string,
        string,
      ]
      const client = await connect()
      await client.call('Hello', HELLO)
      await peer.tell({ do: 'lease', leaseMs: 60_000 })
      for (const id of [kept, lost, done])
        expect(await client.call('GetTask', { hostId: 'raw' })).toEqual({ task: { id } })
      await client.call('FinishTask', finish(done))
      await peer.tell({ do: 'lease', leaseMs: 0 })
      expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 10 })).toEqual({})
      await client.call('Heartbeat', { hostId: 'raw', taskId: lost })
      await peer.tell({ do: 'lease', leaseMs: 60_000 })
      await client.call('Heartbeat', { hostId: 'raw', taskId: kept })
      expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 10 })).toEqual({ tasks: [{ id: lost }] })
      expect((await peer.summary()).tasks.map(({ handed }) => handed)).toEqual([1, 2, 1])
    })

    test('a task whose lease is over stays with the client that says it knows it', async () => {
      const [id] = (await peer.enqueue({ hello: {} })) as [string]
      const client = await connect()
      await client.call('Hello', HELLO)
      await peer.tell({ do: 'lease', leaseMs: 0 })
      await client.call('GetTask', { hostId: 'raw' })
      await peer.tell({ do: 'lease', leaseMs: 60_000 })
      expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 1, knownTaskIds: [id] })).toEqual({})
    })

    test('the end of the last task is told, and marks count what lies between', async () => {
      const { ids } = await peer.tell({ do: 'enqueue', tasks: [{ hello: {} }], copies: 3 })
      const client = await connect()
      await client.call('Hello', HELLO)
      await peer.mark('first')
      for (const id of ids as string[]) {
        await client.call('GetTask', { hostId: 'raw' })
        await client.call('FinishTask', finish(id))
      }
      await peer.drained()
      expect(await peer.mark('second')).toMatchObject({ since: 'first', tasks: 3, calls: 6 })
      expect(await peer.summary()).toMatchObject({ totals: { failed: 3 }, open: 0, violations: 0 })
    })

    test('a finish whose answer was lost may come again, but not with another end', async () => {
      const [id] = (await peer.enqueue({ hello: {} })) as [string]
      const client = await connect()
      await client.call('Hello', HELLO)
      await client.call('GetTask', { hostId: 'raw' })
      await peer.tell({
        do: 'fault',
        fault: { on: { rpc: 'FinishTask', attempts: [1, 2] }, acts: [{ action: 'reset', when: 'after' }] },
      })
      expect(await client.call('FinishTask', finish(id))).toMatchObject({ code: 13 })
      expect(await client.call('FinishTask', finish(id))).toMatchObject({ code: 13 })
      expect(await client.call('FinishTask', finish(id))).toEqual({})
      expect(await peer.violations()).toEqual([])
      expect((await peer.summary()).tasks).toMatchObject([{ finishes: 3, acknowledged: 1 }])
      await client.call('FinishTask', finish(id, { status: { code: 13, message: 'other' } }))
      expect(await rules()).toEqual(['finish-again', 'finish-differs'])
    })
  })

  describe('rules', () => {
    const ID = 'a'.repeat(27)
    const beat = { hostId: 'raw', taskId: ID }
    const failed = { ...beat, error: {}, status: { code: 5, message: 'gone' } }

    /** A client with a task in hand. */
    const working = async (task: TaskJson = { hello: {} }): Promise<RawClient> => {
      await peer.enqueue({ id: ID, ...task })
      const client = await connect()
      await client.call('Hello', HELLO)
      await client.call('GetTask', { hostId: 'raw' })
      return client
    }

    test.each<readonly [string, 'Hello' | 'GetTask' | 'GetTasks' | 'Heartbeat' | 'FinishTask', Fields, number]>([
      ['hello-empty-field', 'Hello', { ...HELLO, osInfo: { a: 'h' } }, 3],
      ['hello-empty-field', 'Hello', { ...HELLO, buildInfo: {} }, 3],
      ['field', 'Hello', { ...HELLO, hostId: '' }, 3],
      ['field', 'Hello', { ...HELLO, connectorMetadata: undefined }, 3],
      ['field', 'GetTask', {}, 3],
      ['field', 'GetTasks', { hostId: 'raw' }, 3],
      ['field', 'Heartbeat', { hostId: 'raw', taskId: 'short' }, 3],
      ['field', 'FinishTask', { ...beat }, 3],
      ['heartbeat-unknown-task', 'Heartbeat', { hostId: 'raw', taskId: 'b'.repeat(27) }, 5],
      ['finish-unknown-task', 'FinishTask', { ...failed, taskId: 'b'.repeat(27) }, 5],
    ])('%s: %s %j is refused', async (rule, rpc, request, code) => {
      const client = await working()
      expect(await client.call(rpc, request)).toMatchObject({ code })
      expect(await rules()).toEqual([rule])
    })

    const NOTHING = { typeUrl: 'type.googleapis.com/none.at.All' }
    const REVOKED = { typeUrl: 'type.googleapis.com/c1.connector.v2.GrantManagerServiceRevokeResponse' }

    test.each<readonly [string, TaskJson, Fields]>([
      ['finish-error-without-status', { grant: {} }, { error: {} }],
      [
        'finish-success-with-status',
        { revoke: {} },
        { success: { response: REVOKED }, status: { code: 1, message: 'x' } },
      ],
      ['finish-response-type', { grant: {} }, { success: { response: REVOKED } }],
      ['finish-response-type', { grant: {} }, { success: {} }],
      ['finish-response-type unreadable-any', { grant: {} }, { success: { response: NOTHING } }],
      ['finish-without-upload', { syncFull: {} }, { success: {} }],
      ['', { revoke: {} }, { success: { response: REVOKED } }],
    ])('%s: %j ends with %j', async (rule, task, end) => {
      const client = await working(task)
      expect(await client.call('FinishTask', { ...beat, ...end })).toEqual({})
      expect((await rules()).join(' ')).toBe(rule)
    })

    test('heartbeats and uploads after the end, and a second end, are told', async () => {
      const client = await working()
      await client.call('FinishTask', failed)
      await client.call('Heartbeat', beat)
      await client.upload(messages(Buffer.from('late')))
      await client.call('FinishTask', failed)
      expect(await rules()).toEqual(['heartbeat-after-finish', 'upload-after-finish', 'finish-again'])
    })

    test('a task that was never handed out is neither beaten for nor finished', async () => {
      await peer.enqueue({ id: ID, hello: {} })
      const client = await connect()
      await client.call('Heartbeat', beat)
      await client.call('FinishTask', failed)
      expect(await rules()).toEqual(['heartbeat-not-handed-out', 'finish-not-handed-out'])
    })

    test('a poll before the first hello is told', async () => {
      await (await connect()).call('GetTask', { hostId: 'raw' })
      expect(await rules()).toEqual(['poll-before-hello'])
    })

    test.each<readonly [string, readonly string[]]>([
      ['none', []],
      ['another kind', ['Basic a']],
    ])('an authorization header is needed, not %s', async (_name, values) => {
      expect(await (await connect(values)).call('Hello', HELLO)).toMatchObject({ code: 16 })
      expect(await rules()).toEqual(['authorization'])
    })

    const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
    const messages = (...chunks: readonly Buffer[]): Fields[] => [
      { metadata: beat },
      ...chunks.map((data) => ({ data: { data } })),
      { eof: { sha256Checksum: sumOf(Buffer.concat(chunks)) } },
    ]
    const bytes = Buffer.alloc(1 << 20, 'x')

    test('an upload of the largest chunks allowed is taken in and told', async () => {
      const client = await working({ syncFull: {} })
      expect(await client.upload(messages(bytes, bytes, Buffer.from('end')))).toEqual({})
      expect(await peer.heard('upload')).toMatchObject({
        bytes: 2 * bytes.length + 3,
        chunkSizes: [
          [bytes.length, 2],
          [3, 1],
        ],
        sha256: sumOf(Buffer.concat([bytes, bytes, Buffer.from('end')])).toString('hex'),
        whole: true,
      })
      expect(await client.call('FinishTask', { ...beat, success: {} })).toEqual({})
      expect(await rules()).toEqual([])
    })

    const eof = (of: Buffer): Fields => ({ eof: { sha256Checksum: sumOf(of) } })

    test.each<readonly [string, readonly Fields[]]>([
      ['upload-chunk-too-large field', messages(Buffer.alloc((1 << 20) + 1))],
      ['upload-without-eof', messages(bytes).slice(0, 2)],
      ['upload-without-metadata', messages(bytes).slice(1)],
      ['upload-metadata-again', [{ metadata: beat }, { metadata: beat }, eof(Buffer.alloc(0))]],
      ['upload-after-eof', [...messages(bytes), { data: { data: bytes } }]],
      ['upload-checksum', [{ metadata: beat }, { data: { data: bytes } }, eof(Buffer.from('other'))]],
      ['field', [{ metadata: beat }, { eof: { sha256Checksum: Buffer.from('short') } }]],
      ['upload-unknown-task', [{ metadata: { ...beat, taskId: 'b'.repeat(27) } }]],
    ])('%s: the upload is refused and leaves no file', async (rule, sent) => {
      const client = await working({ syncFull: {} })
      expect(await client.upload(sent)).toMatchObject({ code: rule === 'upload-unknown-task' ? 5 : 3 })
      expect((await rules()).join(' ')).toBe(rule)
      expect(await readdir(uploads)).toEqual([])
    })
  })

  describe('faults', () => {
    const greet = async (client: RawClient) => (await client.call('Hello', HELLO))['code'] ?? 0

    test.each<readonly [FaultAct, number]>([
      [{ action: 'status', code: 'RESOURCE_EXHAUSTED' }, 8],
      [{ action: 'drop' }, 14],
      [{ action: 'drop', when: 'after' }, 14],
      [{ action: 'reset' }, 13],
      [{ action: 'http', status: 502 }, 14],
      [{ action: 'http', status: 404 }, 12],
      [{ action: 'html' }, 8],
      [{ action: 'garbage' }, 13],
      [{ action: 'empty' }, 12],
      [{ action: 'truncated' }, 12],
      [{ action: 'oversize' }, 8],
      [{ delayMs: 1 }, 0],
    ])('%j strikes once and the next call goes well', async (act, code) => {
      const client = await connect()
      await peer.tell({ do: 'fault', fault: { on: { rpc: 'Hello' }, acts: [act], times: 1 } })
      expect([await greet(client), await greet(client)]).toEqual([code, 0])
      expect((await peer.heard('fault')).rpc).toBe('Hello')
    })

    test('a lost answer is one to a call that was handled', async () => {
      const [id] = (await peer.enqueue({ hello: {} })) as [string]
      const client = await connect()
      await greet(client)
      await peer.tell({ do: 'fault', fault: { on: { rpc: 'GetTask' }, acts: [{ action: 'drop', when: 'after' }] } })
      await client.call('GetTask', { hostId: 'raw' })
      expect((await peer.summary()).tasks).toMatchObject([{ taskId: id, handed: 1, state: 'out' }])
    })

    test('each n-th call, attempts and turns are counted', async () => {
      const client = await connect()
      const acts: FaultAct[] = [
        { action: 'status', code: 'ABORTED' },
        { action: 'status', code: 'INTERNAL' },
      ]
      await peer.tell({ do: 'fault', fault: { on: { every: 3 }, acts } })
      await peer.tell({
        do: 'fault',
        fault: { on: { attempts: [8, 0] }, acts: [{ action: 'status', code: 'DATA_LOSS' }] },
      })
      const codes: unknown[] = []
      for (let time = 1; time <= 9; time += 1) codes.push(await greet(client))
      expect(codes).toEqual([0, 0, 10, 0, 0, 13, 0, 15, 10])
    })

    test('a call held goes on when it is let go', async () => {
      const client = await connect()
      const { number } = await peer.tell({ do: 'fault', fault: { on: {}, acts: [{ action: 'hold' }] } })
      const greeting = greet(client)
      const { fault } = await peer.heard('fault')
      expect([number, (await peer.summary()).calls]).toMatchObject([expect.anything(), { Hello: 1 }])
      await peer.tell({ do: 'release', number: fault })
      expect(await greeting).toBe(0)
    })

    test('an upload can be cut when so many bytes have come', async () => {
      const [id] = (await peer.enqueue({ syncFull: {} })) as [string]
      const client = await connect()
      const act: FaultAct = { action: 'status', code: 'UNAVAILABLE', atBytes: 2000 }
      await peer.tell({ do: 'fault', fault: { on: { rpc: 'UploadAsset' }, acts: [act] } })
      const chunk = { data: { data: Buffer.alloc(1000) } }
      const sent = [{ metadata: { hostId: 'raw', taskId: id } }, chunk, chunk, chunk]
      expect(await client.upload(sent)).toMatchObject({ code: 14 })
      expect(await peer.heard('upload')).toMatchObject({ bytes: 2000, whole: false })
    })

    test('calls over the limit of a second are exhausted', async () => {
      const client = await connect()
      await peer.tell({ do: 'limit', perSecond: 1 })
      const codes = await Promise.all(Array.from({ length: 8 }, () => greet(client)))
      expect(codes.filter((code) => code === 8).length).toBeGreaterThanOrEqual(6)
    })

    test('the service goes down and comes back on the same port', async () => {
      const client = await connect()
      await greet(client)
      await peer.tell({ do: 'restart', downMs: 50 })
      expect(await greet(client)).toBe(14)
      await peer.heard('listening')
      expect(await greet(await connect())).toBe(0)
    })

    test('a silent service answers when it is heard again', async () => {
      const client = await connect()
      await greet(client)
      await peer.tell({ do: 'silence', on: true })
      expect(await client.call('Hello', HELLO, 200)).toMatchObject({ code: 4 })
      const greeting = greet(client)
      await peer.tell({ do: 'silence', on: false })
      expect(await greeting).toBe(0)
    })

    test.each([
      ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['expired', 'CERT_HAS_EXPIRED'],
      ['old-tls', 'EPROTO'],
    ] as const)('a certificate can be %s', async (name, code) => {
      await peer.tell({ do: 'certificate', name })
      await expect(askToken(peer)).rejects.toMatchObject({ code })
      await peer.tell({ do: 'certificate', name: 'good' })
      expect((await askToken(peer)).status).toBe(200)
    })
  })

  describe('tokens', () => {
    const OTHER = 'secret-token:conductorone.com:v1:'
    const foreignKey = { kty: 'OKP', crv: 'Ed25519', x: 'PQ', d: Buffer.alloc(32, 7).toString('base64url') }
    const seconds = () => Math.floor(Date.now() / 1000)

    test.each<readonly [string, AssertionParts]>([
      ['signature', { secret: OTHER + Buffer.from(JSON.stringify(foreignKey)).toString('base64url') }],
      ['assertion', { header: { alg: 'HS256' } }],
      ['assertion', { header: { alg: 'none' } }],
      ['assertion', { form: { client_assertion: 'a.b.c' } }],
      ['nonce', { header: { nonce: undefined } }],
      ['iss', { claims: { iss: 'other' } }],
      ['sub', { claims: { sub: 'other' } }],
      ['aud', { claims: { aud: 'localhost:1' } }],
      ['aud', { claims: { aud: ['localhost', 'other'] } }],
      ['exp', { clockOff: -600 }],
      ['nbf', { clockOff: 600 }],
      ['iat', { clockOff: 600, claims: { nbf: 1 } }],
      ['after iat', { claims: { exp: seconds() + 600 } }],
      ['exp, iat or nbf', { claims: { iat: undefined } }],
      ['grant_type', { form: { grant_type: 'password' } }],
      ['client_assertion_type', { form: { client_assertion_type: undefined } }],
      ['client_id', { form: { client_id: 'other@localhost/spc' } }],
      ['client_secret', { form: { client_secret: 'x' } }],
      ['content type', { contentType: 'application/json' }],
    ])('a wrong %s is refused: %j', async (reason, parts) => {
      const { status } = await askToken(peer, parts)
      expect(status).toBeGreaterThanOrEqual(400)
      expect((await peer.heard('token')).refused).toContain(reason)
    })

    test('an audience in a list is accepted, a minute of difference between clocks, too', async () => {
      expect((await askToken(peer, { claims: { aud: ['localhost'] } })).status).toBe(200)
      expect((await askToken(peer, { clockOff: 60 })).status).toBe(200)
      expect((await askToken(peer, { clockOff: -60 })).status).toBe(200)
    })

    test('an assertion is good for once', async () => {
      const form = { client_assertion: assertionOf(peer) }
      expect([(await askToken(peer, { form })).status, (await askToken(peer, { form })).status]).toEqual([200, 401])
    })

    test('a token ends with its life and when it is revoked', async () => {
      const client = await connect()
      expect(await client.call('Hello', HELLO)).toEqual({})
      expect(await peer.tell({ do: 'revoke-tokens' })).toMatchObject({ revoked: 1 })
      expect(await client.call('Hello', HELLO)).toMatchObject({ code: 16, details: 'token revoked' })
      await peer.tell({ do: 'token-life', expiresInMs: 0 })
      expect(await (await connect()).call('Hello', HELLO)).toMatchObject({ code: 16, details: 'token expired' })
      await peer.tell({ do: 'token-life', expiresInMs: 600_000 })
      expect((await fetchToken(peer)).expiresIn).toBe(600)
    })

    test('a rotated key makes the old secret worthless', async () => {
      const { clientSecret } = await peer.tell({ do: 'rotate-key', clientId: peer.clientId })
      expect((await askToken(peer)).status).toBe(401)
      expect((await askToken(peer, { secret: clientSecret as string })).status).toBe(200)
    })

    test('answers are scripted, one after the other', async () => {
      await peer.tell({
        do: 'token-answers',
        answers: [{ status: 500 }, { status: 200, body: 'garbage' }, { drop: true }],
      })
      expect(await askToken(peer)).toEqual({ status: 500, body: '' })
      expect(await askToken(peer)).toEqual({ status: 200, body: 'garbage' })
      await expect(askToken(peer)).rejects.toThrow()
      expect((await askToken(peer)).status).toBe(200)
      expect((await peer.summary()).calls['Token']).toBe(4)
    })

    test('another client has a name and a key of its own', async () => {
      const { clientId, clientSecret } = await peer.tell({ do: 'credentials', name: 'second' })
      expect(clientId).toMatch(/^second@localhost:\d+\/spc$/)
      expect((await askToken({ ...peer, clientId, clientSecret } as BatonPeer)).status).toBe(200)
      expect((await askToken({ ...peer, clientId } as BatonPeer)).status).toBe(401)
    })
  })

  describe('many tasks', () => {
    test('are handed out fast enough not to be what a soak measures', async () => {
      const client = await connect()
      await client.call('Hello', HELLO)
      await peer.tell({ do: 'watch', events: ['drained', 'violation'] })
      await peer.tell({ do: 'enqueue', tasks: [{ eventFeed: {} }], copies: 2000 })
      await peer.mark('start')
      const work = async (): Promise<void> => {
        for (;;) {
          const { task } = await client.call('GetTask', { hostId: 'raw' })
          if (task === undefined) return
          const taskId = (task as Fields)['id']
          await client.call('FinishTask', { hostId: 'raw', taskId, error: {}, status: { code: 2, message: 'no' } })
        }
      }
      await Promise.all(Array.from({ length: 8 }, work))
      await peer.drained()
      const { tasks, tasksPerSecond } = await peer.mark('end')
      expect(tasks).toBe(2000)
      expect(tasksPerSecond).toBeGreaterThan(200)
      expect(await peer.violations()).toEqual([])
    })

    test('survive a fault on every fifth call when each is handed out until it is finished', async () => {
      startDaemon({ env: { BATON_GET_TASKS: 'true' } })
      await peer.heard('answer', ({ rpc, code }) => rpc === 'GetTasks' && code === 0)
      const tasks = [{ actionListSchemas: {} }, toyTasks.revoke()]
      // The official daemon never repeats a FinishTask, so a lost answer would leave its task open for ever.
      const acts: FaultAct[] = [
        { action: 'status', code: 'UNAVAILABLE' },
        { action: 'drop' },
        { action: 'http', status: 502 },
      ]
      const { summary } = await soak(peer, { tasks, copies: 20, every: 5, acts, leaseMs: 1000, within: 120_000 })
      expect([summary.totals, summary.open]).toEqual([{ success: 40 }, 0])
      expect(summary.tasks.map(({ acknowledged }) => acknowledged)).toEqual(Array.from({ length: 40 }, () => 1))
      expect(summary.tasks.some(({ handed }) => handed > 1)).toBe(true)
      expect(await peer.violations()).toEqual([])
    })
  })

  test('a command that is not known, or not complete, is refused with a sentence', async () => {
    await expect(peer.tell({ do: 'dance' } as never)).rejects.toThrow('no command "dance"')
    await expect(peer.enqueue({ nonsense: {} })).rejects.toThrow('nonsense')
    await expect(peer.tell({ do: 'fault', fault: { on: {}, acts: [] } })).rejects.toThrow('a fault needs acts')
  })
})
