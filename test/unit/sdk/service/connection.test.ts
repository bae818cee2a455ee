import { createSocket } from 'node:dgram'
import { getServers, setServers } from 'node:dns/promises'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { createServer as createPlainServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BatonService } from '../../../../src/sdk/service/baton-service.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { isOfTheWay } from '../../../../src/sdk/http/network-error.ts'
import { makeCredentials } from '../../../platform/service/client-credentials.ts'
import { answer, hang } from '../../../platform/service/replies.ts'
import { startTcpGate } from '../../../support/tcp-gate.ts'
import { hasOpenssl } from '../../../support/certificates.ts'
import { startConnectProxy } from '../../../e2e/connect-proxy.ts'
import { call, certificatesForFile, connectTo, startStub } from './service-fixture.ts'

const ID = 'a'.repeat(27)

/** Words of /proc/net/tcp. Source: Linux `Documentation/networking/proc_net_tcp.rst`. */
const [ESTABLISHED, RESENDING, PROBING] = ['01', '01', '02']

interface Failure {
  readonly code: string
  readonly reason: string
  readonly detail: string
}

const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('it succeeded')
    },
    (error: unknown) => error as Failure,
  )

/** A server that accepts connections and never says anything; it keeps those it has after it was closed. */
async function serveSilence(port: number) {
  const visited = Promise.withResolvers<void>()
  const server = createServer(() => visited.resolve())
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { visited: visited.promise, close: () => server.close() }
}

/** Polls until it succeeds; the test's own time limit ends it. */
async function recovery(service: BatonService): Promise<void> {
  for (;;) {
    try {
      await service.getTask(call)
      return
    } catch {
      await pause(100)
    }
  }
}

describe.skipIf(!hasOpenssl())('connection to the platform', () => {
  const certificates = certificatesForFile()

  async function pair(options: Parameters<typeof connectTo>[2] = {}) {
    const stub = await startStub(certificates().localhost)
    return { stub, service: connectTo(stub, certificates().caFile, options) }
  }

  /** The client's way to the service leads through a gate. */
  async function gated(options: Parameters<typeof connectTo>[2]) {
    const stub = await startStub(certificates().localhost)
    const gate = await startTcpGate(stub.port)
    onTestFinished(() => gate.close())
    const credentials = makeCredentials(`localhost:${gate.port}`)
    stub.tokens.clients.set(credentials.clientId, credentials.publicKey)
    return { stub, gate, service: connectTo({ credentials }, certificates().caFile, options) }
  }

  /** A client that has a token already, so that the failure is that of a call. */
  async function withToken(
    options: Parameters<typeof connectTo>[2] & { readonly badCertificate: 'otherName' | 'expired' | 'localhost' },
  ) {
    const stub = await startStub(certificates()[options.badCertificate])
    const service = connectTo(stub, certificates().caFile, {
      // The token comes by another road, as if it had been fetched before the certificate changed.
      transportFor: () => () => {
        stub.tokens.honoured.add('t')
        return Promise.resolve({ status: 200, headers: {}, body: '{"access_token":"t","expires_in":3600}' })
      },
      ...options,
    })
    return { stub, service }
  }

  describe.each([
    ['when a token is fetched', false],
    ['when a call is made with a token at hand', true],
  ])('%s', (_, hasToken) => {
    const bad = async (badCertificate: 'otherName' | 'expired' | 'localhost', env: NodeJS.ProcessEnv = {}) => {
      if (hasToken) return withToken({ badCertificate, env })
      const stub = await startStub(certificates()[badCertificate])
      return { stub, service: connectTo(stub, certificates().caFile, { env }) }
    }

    it('names a certificate that nobody vouches for', async () => {
      const { stub, service } = await bad('localhost', { SSL_CERT_FILE: '' })
      expect(await failureOf(service.getTask(call))).toMatchObject({
        code: 'failed-precondition',
        detail: expect.stringContaining(`the certificate of ${stub.host} is not trusted (`),
      })
    })

    it('names a certificate for another name, and the setting to check', async () => {
      const { stub, service } = await bad('otherName')
      expect(await failureOf(service.getTask(call))).toMatchObject({
        code: 'invalid-argument',
        detail: `the certificate of ${stub.host} is for another name; check the host in --client-id (BATON_CLIENT_ID)`,
      })
    })

    it('is told from the service’s own refusal of a result', async () => {
      const { service } = await bad('expired')
      const failure = await failureOf(service.finishTask('a'.repeat(27), { kind: 'success' }, call))
      expect(ConnectorError.is(failure) && isOfTheWay(failure)).toBe(true)
    })

    it('names a certificate that has expired, and the clock', async () => {
      const { stub, service } = await bad('expired')
      expect(await failureOf(service.getTask(call))).toMatchObject({
        code: 'failed-precondition',
        detail: `the certificate of ${stub.host} is not valid at this time (CERT_HAS_EXPIRED); check the clock of this machine`,
      })
    })
  })

  it('reads no more than a megabyte of a token', async () => {
    const { stub, service } = await pair()
    stub.tokens.replies.push((response) => response.end('x'.repeat(1024 * 1024 + 1)))
    const { detail } = await failureOf(service.getTask(call))
    expect(detail).toBe(`an answer of ${stub.host} is larger than 1048576 bytes`)
    await service.getTask(call)
  })

  it('names the variable where BATON_C1_API_HOST leads to the wrong place', async () => {
    const stub = await startStub(certificates().otherName)
    const clientId = 'a@acme.conductor.one/pcc'
    const service = connectTo(stub, certificates().caFile, { clientId, env: { BATON_C1_API_HOST: stub.host } })
    expect((await failureOf(service.getTask(call))).detail).toMatch(/is for another name; check BATON_C1_API_HOST$/)
  })

  it('asks the host of BATON_C1_API_HOST in the name of the one of the client id', async () => {
    const stub = await startStub(certificates().localhost)
    const credentials = makeCredentials('acme.conductor.one:444')
    stub.tokens.clients.set(credentials.clientId, credentials.publicKey)
    const service = connectTo({ credentials }, certificates().caFile, { env: { BATON_C1_API_HOST: stub.host } })
    expect(await service.getTask(call)).toEqual({ tasks: [], nextPollMs: 0 })
  })

  it('asks no name server for more than the address', async () => {
    const [asked, before] = [createSocket('udp4'), getServers()]
    asked.bind(0, '127.0.0.1')
    await once(asked, 'listening')
    onTestFinished(() => {
      setServers(before)
      asked.close()
    })
    const queries: string[] = []
    asked.on('message', (query) => queries.push(query.toString('latin1')))
    setServers([`127.0.0.1:${asked.address().port}`])
    const { service } = await pair()
    await service.getTask(call)
    expect(queries).toEqual([])
  })

  it.skipIf(!existsSync('/proc/net/tcp'))('is watched by the kernel while nothing is said', async () => {
    const { stub, service } = await pair()
    await service.getTask(call)
    const port = stub.port.toString(16).toUpperCase().padStart(4, '0')
    const ours = () =>
      ['/proc/net/tcp', '/proc/net/tcp6']
        .flatMap((path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []))
        .map((line) => line.trim().split(/\s+/))
        .filter(([, , remote, state]) => remote?.endsWith(`:${port}`) === true && state === ESTABLISHED)
        .map(([, , , , , timer = '']) => timer.split(':'))
    // Before that a timer for what is not acknowledged yet may stand there.
    while (ours().some(([kind]) => kind === RESENDING)) await pause(20)
    const timers = ours()
    expect(timers.length, 'that of tokens may stand beside it').toBeGreaterThan(0)
    expect(new Set(timers.map(([kind]) => kind))).toEqual(new Set([PROBING]))
    const hundredths = timers.map(([, left = '']) => Number.parseInt(left, 16))
    expect(Math.max(...hundredths)).toBeLessThanOrEqual(3_000)
  })

  it('says that there is nobody, at once', async () => {
    const { stub, service } = await withToken({ badCertificate: 'localhost' })
    await stub.stop()
    expect(await failureOf(service.getTask(call))).toMatchObject({
      code: 'unavailable',
      reason: 'ECONNREFUSED',
      detail: expect.stringContaining(`no answer from ${stub.host} (ECONNREFUSED); check the network`),
    })
  })

  it('says that a host cannot be looked up', async () => {
    const credentials = makeCredentials('nowhere.invalid')
    const transportFor = () => () =>
      Promise.resolve({ status: 200, headers: {}, body: '{"access_token":"t","expires_in":60}' })
    const service = connectTo({ credentials }, undefined, { transportFor })
    expect(await failureOf(service.getTask(call))).toMatchObject({
      code: 'unavailable',
      detail: 'the name nowhere.invalid cannot be looked up now; check the DNS of this machine',
    })
  })

  it('says that a server does not speak TLS', async () => {
    const server = createPlainServer((_, response) => response.end('hello'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const credentials = makeCredentials(`localhost:${(server.address() as AddressInfo).port}`)
    const transportFor = () => () =>
      Promise.resolve({ status: 200, headers: {}, body: '{"access_token":"t","expires_in":60}' })
    const service = connectTo({ credentials }, certificates().caFile, { transportFor })
    expect(await failureOf(service.getTask(call))).toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining('does not speak TLS as expected'),
    })
  })

  it('gives up on a server that accepts and is silent, and finds the one that takes its place', async () => {
    const { stub, service } = await withToken({ badCertificate: 'localhost', deadlines: { connect: 500 } })
    await stub.stop()
    const silent = await serveSilence(stub.port)
    expect(await failureOf(service.getTask(call))).toMatchObject({
      code: 'unavailable',
      reason: 'connect timeout',
      detail: `no connection to ${stub.host} within 0.5 s; check the network and the proxy settings`,
    })
    silent.close()
    await stub.start()
    await recovery(service)
  })

  it('finds the service again after an outage and a time of silence', async () => {
    const { stub, service } = await withToken({ badCertificate: 'localhost', deadlines: { connect: 500 } })
    await service.getTask(call)
    await stub.stop()
    await expect.poll(() => failureOf(service.getTask(call))).toMatchObject({ reason: 'ECONNREFUSED' })
    const silent = await serveSilence(stub.port)
    await silent.visited
    silent.close()
    await stub.start()
    await recovery(service)
  })

  it('recovers when the service comes back on its port after a while', async () => {
    const { stub, service } = await pair()
    await service.getTask(call)
    await stub.stop()
    const until = performance.now() + 6_000
    while (performance.now() < until) {
      expect(await failureOf(service.getTask(call))).toMatchObject({ code: 'unavailable' })
      await pause(250)
    }
    await stub.start()
    await recovery(service)
  })

  it('does not notice that a server asks its clients to go', async () => {
    const { stub, service } = await pair()
    let reply: () => void = () => {}
    const arrived = new Promise<void>((resolve) => {
      stub.on.Heartbeat = (received) => {
        reply = () => answer({ next_heartbeat: { seconds: 7 } })(received)
        resolve()
      }
    })
    const underWay = service.heartbeat(ID, call)
    await arrived
    stub.goAway()
    for (let polls = 0; polls < 5; polls++) await service.getTask(call)
    reply()
    expect(await underWay).toMatchObject({ nextMs: 7_000 })
    expect(stub.connections).toBe(3)
  })

  it('goes over a new connection when the old one has gone silent, at the cost of one deadline', async () => {
    const { gate, service } = await gated({ deadlines: { poll: 1_000 } })
    await service.heartbeat(ID, call)
    gate.forget()
    expect(await failureOf(service.getTask(call))).toMatchObject({ code: 'deadline-exceeded' })
    expect(await service.getTask(call)).toEqual({ tasks: [], nextPollMs: 0 })
  })

  it('ends the calls on a connection that was reset, also where a write is the first to learn of it', async () => {
    const { stub, gate, service } = await gated({ deadlines: { heartbeat: 10_000 } })
    const arrived = new Promise<void>((resolve) => {
      stub.on.Heartbeat = () => resolve()
    })
    const failure = failureOf(service.heartbeat(ID, call))
    await arrived
    // Two pings and the reset come at once: the answer to the first is a write that fails, that to the second one after the failure.
    gate.resetAfter(2)
    const ended = failure.then(() => true)
    while (!(await Promise.race([ended, turn(false)]))) stub.ping()
    expect(await failure).toMatchObject({ code: 'unavailable', reason: 'connection reset' })
  })

  it('leaves calls on the old connection alone when another gave no answer in time', async () => {
    const { stub, service } = await pair({ deadlines: { heartbeat: 300 } })
    let reply: () => void = () => {}
    const arrived = new Promise<void>((resolve) => {
      stub.on.GetTask = (received) => {
        reply = () => answer({ task: { id: ID, hello: {} } })(received)
        resolve()
      }
    })
    const underWay = service.getTask(call)
    await arrived
    stub.on.Heartbeat = hang
    expect(await failureOf(service.heartbeat(ID, call))).toMatchObject({ code: 'deadline-exceeded' })
    await service.finishTask(ID, { kind: 'success' }, call)
    reply()
    expect((await underWay).tasks.length).toBe(1)
  })

  describe('through a proxy', () => {
    it.each(['HTTPS_PROXY', 'https_proxy'])('goes where %s says, for tokens and for calls', async (name) => {
      const proxy = await startConnectProxy('tunnel')
      onTestFinished(() => proxy.close())
      const { stub, service } = await pair({ env: { [name]: `http://${proxy.host}` } })
      await service.getTask(call)
      expect(proxy.targets).toEqual([stub.host, stub.host])
      expect(proxy.others).toEqual([])
    })

    it.each(['localhost', '*', 'other, LOCALHOST', 'localhost:PORT'])(
      'goes past it where NO_PROXY is %j',
      async (names) => {
        const proxy = await startConnectProxy('tunnel')
        onTestFinished(() => proxy.close())
        const stub = await startStub(certificates().localhost)
        const env = { HTTPS_PROXY: proxy.host, NO_PROXY: names.replace('PORT', String(stub.port)) }
        await connectTo(stub, certificates().caFile, { env }).getTask(call)
        expect(proxy.targets).toEqual([])
      },
    )

    it('says that the proxy refuses, without its password', async () => {
      const proxy = await startConnectProxy('refuse')
      onTestFinished(() => proxy.close())
      const env = { HTTPS_PROXY: `http://me:s3cret@${proxy.host}` }
      for (const { stub, service } of [await pair({ env }), await withToken({ badCertificate: 'localhost', env })])
        expect(await failureOf(service.getTask(call))).toMatchObject({
          code: 'unavailable',
          reason: 'proxy',
          detail: `the proxy ${proxy.host} refused to connect to ${stub.host}; check HTTPS_PROXY and NO_PROXY`,
        })
    })

    it('refuses one that is reached over TLS, which grpc-js cannot', () => {
      const credentials = makeCredentials('localhost')
      expect(() => connectTo({ credentials }, undefined, { env: { HTTPS_PROXY: 'https://p.example' } })).toThrow(
        expect.objectContaining({ code: 'invalid-argument', detail: expect.stringMatching(/^HTTPS_PROXY: /) }),
      )
    })
  })

  it.each([
    ['/nowhere/ca.pem', /^SSL_CERT_FILE: the file \/nowhere\/ca\.pem cannot be read \(ENOENT\)$/],
    [import.meta.filename, /^SSL_CERT_FILE: no certificates in the file /],
  ])('names SSL_CERT_FILE where it is %s', (path, detail) => {
    const credentials = makeCredentials('localhost')
    expect(() => connectTo({ credentials }, path)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', detail: expect.stringMatching(detail) }),
    )
  })
})
