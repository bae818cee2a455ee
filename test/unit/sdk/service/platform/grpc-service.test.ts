import { describe, expect, it } from 'vitest'
import type { BatonService } from '../../../../../src/sdk/service/baton-service.ts'
import { frame } from '../../../../platform/service/frames.ts'
import { BATON, encode } from '../../../../platform/service/messages.ts'
import {
  answer,
  drop,
  hang,
  inTurn,
  page,
  raw,
  refuse,
  type Reply,
  reset,
} from '../../../../platform/service/replies.ts'
import type { BatonServiceStub } from '../../../../platform/service/start-baton-service.ts'
import { hasOpenssl } from '../../../../support/certificates.ts'
import { call, certificatesForFile, connectTo, HELLO, startStub } from '../service-fixture.ts'

const ID = 'a'.repeat(27)

/** Every unary call. */
const CALLS: readonly [
  string,
  keyof BatonServiceStub['on'],
  (service: BatonService, signal?: AbortSignal) => Promise<unknown>,
][] = [
  ['say hello', 'Hello', (service, signal = call.signal) => service.hello(HELLO, { signal })],
  ['poll for tasks', 'GetTask', (service, signal = call.signal) => service.getTask({ signal })],
  [
    'poll for tasks',
    'GetTasks',
    (service, signal = call.signal) => service.getTasks({ pageSize: 6, known: [] }, { signal }),
  ],
  ['send a heartbeat', 'Heartbeat', (service, signal = call.signal) => service.heartbeat(ID, { signal })],
  [
    'report a task',
    'FinishTask',
    (service, signal = call.signal) => service.finishTask(ID, { kind: 'success' }, { signal }),
  ],
]

interface Failure {
  readonly code: string
  readonly reason: string
  readonly detail: string
  readonly operation: string
}

const failureOf = (work: Promise<unknown>): Promise<Failure | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as Failure,
  )

// Without the openssl command there are no certificates.
describe.skipIf(!hasOpenssl())('grpc service', () => {
  const certificates = certificatesForFile()

  async function pair(options: Parameters<typeof connectTo>[2] = {}) {
    const stub = await startStub(certificates().localhost)
    return { stub, service: connectTo(stub, certificates().caFile, options) }
  }

  it('says hello, takes a task and reports it, over one connection and with one token', async () => {
    const { stub, service } = await pair()
    stub.on.GetTask = answer({
      task: { id: ID, sync_full: { skip_grants: true } },
      next_poll: { seconds: 2, nanos: 500_000_000 },
    })
    await service.hello(HELLO, call)
    const { tasks, nextPollMs } = await service.getTask(call)
    await service.finishTask(ID, { kind: 'success' }, call)

    expect(nextPollMs).toBe(2500)
    expect(tasks).toMatchObject([{ id: ID, debug: false, work: { kind: 'sync-full', skipGrants: true } }])
    expect(stub.calls.map(({ method, request }) => [method, request])).toMatchObject([
      ['Hello', { host_id: 'host-1', connector_metadata: { display_name: 'Twingate' } }],
      ['GetTask', { host_id: 'host-1' }],
      ['FinishTask', { host_id: 'host-1', task_id: ID, success: {} }],
    ])
    expect(stub.tokens.requests.length).toBe(1)
    // One for the token, one for the calls.
    expect(stub.connections).toBe(2)
    expect(stub.calls[0]!.headers['user-agent']).toMatch(/^brave-otter-12345 baton-twingate\/0\.1\.0 grpc-node-js\//)
  })

  it('asks for several tasks and names those at hand', async () => {
    const { stub, service } = await pair()
    stub.on.GetTasks = answer({ tasks: [{ id: ID, none: {} }, { id: 'b'.repeat(27) }] })
    expect(await service.getTasks({ pageSize: 6, known: [ID] }, call)).toEqual({
      tasks: [
        { id: ID, debug: false, work: { kind: 'none' } },
        { id: 'b'.repeat(27), debug: false, work: { kind: 'unsupported', name: '' } },
      ],
      nextPollMs: 0,
    })
    expect(stub.calls[0]!.request).toEqual({ host_id: 'host-1', page_size: 6, known_task_ids: [ID] })
  })

  it('tells when the next heartbeat is due and whether the task was cancelled', async () => {
    const { stub, service } = await pair()
    stub.on.Heartbeat = inTurn(answer({ next_heartbeat: { seconds: 30 } }), answer({ cancelled: true }))
    expect(await service.heartbeat(ID, call)).toEqual({ nextMs: 30_000, cancelled: false })
    expect(await service.heartbeat(ID, call)).toEqual({ nextMs: 0, cancelled: true })
    expect(stub.calls[0]!.request).toEqual({ host_id: 'host-1', task_id: ID })
  })

  it('finds no task in an empty answer', async () => {
    const { service } = await pair()
    expect(await service.getTask(call)).toEqual({ tasks: [], nextPollMs: 0 })
    expect(await service.getTasks({ pageSize: 1, known: [] }, call)).toEqual({ tasks: [], nextPollMs: 0 })
  })

  it('reads answers of 5 MB', async () => {
    const { stub, service } = await pair()
    stub.on.GetTask = answer({ task: { id: ID, action_invoke: { name: 'x'.repeat(5_000_000) } } })
    expect((await service.getTask(call)).tasks[0]!.work).toMatchObject({ name: expect.stringMatching(/^x{5000000}$/) })
  })

  describe('a status of the service', () => {
    it.each([
      [1, 'unavailable', 'CANCELLED'],
      [2, 'internal', 'UNKNOWN'],
      [3, 'invalid-argument', 'INVALID_ARGUMENT'],
      [4, 'deadline-exceeded', 'DEADLINE_EXCEEDED'],
      [5, 'not-found', 'NOT_FOUND'],
      [6, 'already-exists', 'ALREADY_EXISTS'],
      [7, 'permission-denied', 'PERMISSION_DENIED'],
      [8, 'resource-exhausted', 'RESOURCE_EXHAUSTED'],
      [9, 'failed-precondition', 'FAILED_PRECONDITION'],
      [10, 'aborted', 'ABORTED'],
      [11, 'internal', 'OUT_OF_RANGE'],
      [12, 'unimplemented', 'UNIMPLEMENTED'],
      [13, 'internal', 'INTERNAL'],
      [14, 'unavailable', 'UNAVAILABLE'],
      [15, 'data-loss', 'DATA_LOSS'],
      [16, 'unauthenticated', 'UNAUTHENTICATED'],
      [99, 'internal', 'status 99'],
    ])('%i is %s', async (status, code, reason) => {
      const { stub, service } = await pair()
      stub.on.Hello = refuse(status, 'no\nway ünd')
      const failure = await failureOf(service.hello(HELLO, call))
      expect(failure).toMatchObject({ code, reason, operation: 'say hello' })
      expect(failure!.detail).toBe(`${stub.host} answered ${reason}: no way ünd`)
    })

    it.each([
      ['is empty', refuse(9, '')],
      ['holds blanks alone', refuse(9, ' \n ')],
      ['ends in a blank, as Go sends it', raw(undefined, { 'grpc-status': '9', 'grpc-message': 'not for you ' })],
    ])('says that it came without a message where that %s', async (_, reply) => {
      const { stub, service } = await pair()
      stub.on.Hello = reply
      const failure = await failureOf(service.hello(HELLO, call))
      expect(failure!.detail).toBe(`${stub.host} answered FAILED_PRECONDITION without a message`)
    })
  })

  describe('an answer that is none', () => {
    const good = frame(encode(`${BATON}.BatonServiceGetTaskResponse`, { task: { id: ID } }))
    it.each<[string, Reply, string]>([
      ['a page with HTTP 404', page(404), 'http 404'],
      ['a page with HTTP 502', page(502), 'http 502'],
      ['a page with HTTP 403', page(403), 'http 403'],
      ['a page with HTTP 400', page(400), 'http 400'],
      ['a page with HTTP 500', page(500), 'http 500'],
      ['a short page with HTTP 404', page(404, 'no'), 'http 404'],
      ['no page with HTTP 503', page(503, ''), 'http 503'],
      ['a page with HTTP 200', page(200), 'malformed answer'],
      ['a short page with HTTP 200', page(200, 'no'), 'malformed answer'],
      ['OK without a message', raw(undefined), 'malformed answer'],
      ['OK with half a message', raw(good.subarray(0, -3)), 'malformed answer'],
      ['bytes that are no message', raw(frame(Buffer.from('<html>nothing</html>'))), 'malformed answer'],
      ['a field of another type', raw(frame(Buffer.from([0x0a, 0x05, 0x01]))), 'malformed answer'],
      ['a message without a status', raw(good, {}), 'malformed answer'],
      [
        'a message that says it is compressed',
        raw(Buffer.concat([Buffer.from([1]), good.subarray(1)])),
        'malformed answer',
      ],
      ['a message of 20 MB', raw(frame(Buffer.alloc(20_000_000))), 'malformed answer'],
      ['a dropped connection', drop, 'connection reset'],
      ['a stream ended with NO_ERROR', reset(0), 'malformed answer'],
      ['a stream ended with PROTOCOL_ERROR', reset(1), 'connection reset'],
      ['a stream ended with INTERNAL_ERROR', reset(2), 'connection reset'],
      ['a stream ended with CANCEL', reset(8), 'connection reset'],
      ['a stream ended with ENHANCE_YOUR_CALM', reset(11), 'connection reset'],
      ['a stream ended with INADEQUATE_SECURITY', reset(12), 'connection reset'],
    ])('%s is unavailable, whatever grpc-js makes of it', async (_, reply, reason) => {
      const { stub, service } = await pair()
      stub.on.GetTask = inTurn(reply, answer())
      expect(await failureOf(service.getTask(call))).toMatchObject({ code: 'unavailable', reason })
      expect(await service.getTask(call)).toEqual({ tasks: [], nextPollMs: 0 })
    })
  })

  it('makes a call again that the service did not take, once', async () => {
    const { stub, service } = await pair()
    stub.on.GetTask = inTurn(reset(7), answer({ next_poll: { seconds: 1 } }))
    expect(await service.getTask(call)).toMatchObject({ nextPollMs: 1000 })
    stub.on.GetTask = reset(7)
    expect(await failureOf(service.getTask(call))).toMatchObject({ code: 'unavailable', reason: 'connection reset' })
    expect(stub.calls.length).toBe(4)
  })

  describe('a token that is no longer honoured', () => {
    it.each(CALLS)('is fetched anew once, to %s by %s', async (_, method, make) => {
      const { stub, service } = await pair()
      await make(service)
      stub.tokens.honoured.clear()
      await make(service)
      expect([stub.unauthorized, stub.calls.length, stub.tokens.requests.length]).toEqual([[method], 2, 2])
    })

    it('is refused for good where a fresh one is, too', async () => {
      let told = 0
      const { stub, service } = await pair({ onRefused: () => told++ })
      stub.on.GetTask = refuse(16, 'who are you')
      expect(await failureOf(service.getTask(call))).toMatchObject({
        code: 'unauthenticated',
        detail: `${stub.host} answered UNAUTHENTICATED: who are you`,
      })
      expect([stub.tokens.requests.length, told]).toEqual([2, 1])
    })

    it.each(CALLS)('is told once it is refused for good, and not before: to %s by %s', async (_, method, make) => {
      let told = 0
      const { stub, service } = await pair({ onRefused: () => told++ })
      await make(service)
      stub.tokens.honoured.clear()
      await make(service)
      stub.on[method] = refuse(14, 'away')
      await failureOf(make(service))
      expect(told, 'mended, or something else').toBe(0)
      stub.tokens.clients.clear()
      stub.tokens.honoured.clear()
      await failureOf(make(service))
      expect(told).toBe(1)
    })

    it('is fetched once for many calls', async () => {
      const { stub, service } = await pair()
      await service.getTask(call)
      stub.tokens.honoured.clear()
      await Promise.all(CALLS.map(([, , make]) => make(service)))
      expect(stub.tokens.requests.length).toBe(2)
    })
  })

  describe('a call without an answer', () => {
    it.each(CALLS)('ends at its deadline: to %s by %s', async (operation, method, make) => {
      const limits = { Hello: 'hello', GetTask: 'poll', GetTasks: 'poll', Heartbeat: 'heartbeat', FinishTask: 'finish' }
      const { stub, service } = await pair({ deadlines: { [limits[method as keyof typeof limits]]: 200 } })
      await (method === 'Heartbeat' ? service.hello(HELLO, call) : service.heartbeat(ID, call))
      stub.on[method] = hang
      expect(await failureOf(make(service))).toMatchObject({
        code: 'deadline-exceeded',
        operation,
        detail: `${stub.host} did not answer within 0.2 s; check the network and the proxy settings`,
      })
    })

    it.each(CALLS)('ends at once when it is told to: to %s by %s', async (operation, method, make) => {
      const { stub, service } = await pair()
      const stop = new AbortController()
      stub.on[method] = () => stop.abort()
      expect(await failureOf(make(service, stop.signal))).toMatchObject({ code: 'canceled', operation })
      expect(await failureOf(make(service, stop.signal))).toMatchObject({ code: 'canceled', operation })
    })
  })
})
