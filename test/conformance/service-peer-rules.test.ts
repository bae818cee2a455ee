import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskJson } from '../judges/peer-commands.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { HELLO, type Fields, type RawClient } from '../judges/raw-client.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`rules of the service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

  const ID = 'a'.repeat(27)
  const beat = { hostId: 'raw', taskId: ID }
  const failed = { ...beat, error: {}, status: { code: 5, message: 'gone' } }

  /** A client with a task in hand. */
  const working = async (task: TaskJson = { hello: {} }): Promise<RawClient> => {
    await at.peer.enqueue({ id: ID, ...task })
    const client = await at.connect()
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
    expect(await at.rules()).toEqual([rule])
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
    expect((await at.rules()).join(' ')).toBe(rule)
  })

  test('heartbeats and uploads after the end, and a second end, are told', async () => {
    const client = await working()
    await client.call('FinishTask', failed)
    await client.call('Heartbeat', beat)
    await client.upload(messages(Buffer.from('late')))
    await client.call('FinishTask', failed)
    expect(await at.rules()).toEqual(['heartbeat-after-finish', 'upload-after-finish', 'finish-again'])
  })

  test('a task that was never handed out is neither beaten for nor finished', async () => {
    await at.peer.enqueue({ id: ID, hello: {} })
    const client = await at.connect()
    await client.call('Heartbeat', beat)
    await client.call('FinishTask', failed)
    expect(await at.rules()).toEqual(['heartbeat-not-handed-out', 'finish-not-handed-out'])
  })

  test('a poll before the first hello is told', async () => {
    await (await at.connect()).call('GetTask', { hostId: 'raw' })
    expect(await at.rules()).toEqual(['poll-before-hello'])
  })

  test.each<readonly [string, readonly string[]]>([
    ['none', []],
    ['another kind', ['Basic a']],
  ])('an authorization header is needed, not %s', async (_name, values) => {
    expect(await (await at.connect(values)).call('Hello', HELLO)).toMatchObject({ code: 16 })
    expect(await at.rules()).toEqual(['authorization'])
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
    expect(await at.peer.heard('upload')).toMatchObject({
      bytes: 2 * bytes.length + 3,
      chunkSizes: [
        [bytes.length, 2],
        [3, 1],
      ],
      sha256: sumOf(Buffer.concat([bytes, bytes, Buffer.from('end')])).toString('hex'),
      whole: true,
    })
    expect(await client.call('FinishTask', { ...beat, success: {} })).toEqual({})
    expect(await at.rules()).toEqual([])
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
    expect((await at.rules()).join(' ')).toBe(rule)
    expect(await readdir(at.uploads)).toEqual([])
  })
})
