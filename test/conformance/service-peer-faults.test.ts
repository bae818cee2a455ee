import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import type { FaultAct } from '../judges/peer-commands.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { HELLO, type RawClient } from '../judges/raw-client.ts'
import { askToken } from '../judges/raw-token.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`faults of the service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

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
    const client = await at.connect()
    await at.peer.tell({ do: 'fault', fault: { on: { rpc: 'Hello' }, acts: [act], times: 1 } })
    expect([await greet(client), await greet(client)]).toEqual([code, 0])
    expect((await at.peer.heard('fault')).rpc).toBe('Hello')
  })

  test('a lost answer is one to a call that was handled', async () => {
    const [id] = (await at.peer.enqueue({ hello: {} })) as [string]
    const client = await at.connect()
    await greet(client)
    await at.peer.tell({ do: 'fault', fault: { on: { rpc: 'GetTask' }, acts: [{ action: 'drop', when: 'after' }] } })
    await client.call('GetTask', { hostId: 'raw' })
    expect((await at.peer.summary()).tasks).toMatchObject([{ taskId: id, handed: 1, state: 'out' }])
  })

  test('each n-th call, attempts and turns are counted', async () => {
    const client = await at.connect()
    const acts: FaultAct[] = [
      { action: 'status', code: 'ABORTED' },
      { action: 'status', code: 'INTERNAL' },
    ]
    await at.peer.tell({ do: 'fault', fault: { on: { every: 3 }, acts } })
    await at.peer.tell({
      do: 'fault',
      fault: { on: { attempts: [8, 0] }, acts: [{ action: 'status', code: 'DATA_LOSS' }] },
    })
    const codes: unknown[] = []
    for (let time = 1; time <= 9; time += 1) codes.push(await greet(client))
    expect(codes).toEqual([0, 0, 10, 0, 0, 13, 0, 15, 10])
  })

  test('a call held goes on when it is let go', async () => {
    const client = await at.connect()
    const { number } = await at.peer.tell({ do: 'fault', fault: { on: {}, acts: [{ action: 'hold' }] } })
    const greeting = greet(client)
    const { fault } = await at.peer.heard('fault')
    expect([number, (await at.peer.summary()).calls]).toMatchObject([expect.anything(), { Hello: 1 }])
    await at.peer.tell({ do: 'release', number: fault })
    expect(await greeting).toBe(0)
  })

  test('an upload can be cut when so many bytes have come', async () => {
    const [id] = (await at.peer.enqueue({ syncFull: {} })) as [string]
    const client = await at.connect()
    const act: FaultAct = { action: 'status', code: 'UNAVAILABLE', atBytes: 2000 }
    await at.peer.tell({ do: 'fault', fault: { on: { rpc: 'UploadAsset' }, acts: [act] } })
    const chunk = { data: { data: Buffer.alloc(1000) } }
    const sent = [{ metadata: { hostId: 'raw', taskId: id } }, chunk, chunk, chunk]
    expect(await client.upload(sent)).toMatchObject({ code: 14 })
    expect(await at.peer.heard('upload')).toMatchObject({ bytes: 2000, whole: false })
  })

  test('calls over the limit of a second are exhausted', async () => {
    const client = await at.connect()
    await at.peer.tell({ do: 'limit', perSecond: 1 })
    const codes = await Promise.all(Array.from({ length: 8 }, () => greet(client)))
    expect(codes.filter((code) => code === 8).length).toBeGreaterThanOrEqual(6)
  })

  test('the service goes down and comes back on the same port', async () => {
    const client = await at.connect()
    await greet(client)
    await at.peer.tell({ do: 'restart', downMs: 50 })
    expect(await greet(client)).toBe(14)
    await at.peer.heard('listening')
    expect(await greet(await at.connect())).toBe(0)
  })

  test('a silent service answers when it is heard again', async () => {
    const client = await at.connect()
    await greet(client)
    await at.peer.tell({ do: 'silence', on: true })
    expect(await client.call('Hello', HELLO, 200)).toMatchObject({ code: 4 })
    const greeting = greet(client)
    await at.peer.tell({ do: 'silence', on: false })
    expect(await greeting).toBe(0)
  })

  test.each([
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['old-tls', 'EPROTO'],
  ] as const)('a certificate can be %s', async (name, code) => {
    await at.peer.tell({ do: 'certificate', name })
    await expect(askToken(at.peer)).rejects.toMatchObject({ code })
    await at.peer.tell({ do: 'certificate', name: 'good' })
    expect((await askToken(at.peer)).status).toBe(200)
  })
})
