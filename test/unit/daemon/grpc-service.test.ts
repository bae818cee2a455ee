import { describe, expect, it } from 'vitest'
import { answer } from '../../support/baton-service/replies.ts'
import { hasOpenssl } from '../../e2e/certificates.ts'
import { call, certificatesForFile, connectTo, HELLO, startStub } from './service-fixture.ts'

// Without the openssl command there are no certificates.
describe.skipIf(!hasOpenssl())('grpc service', () => {
  const certificates = certificatesForFile()

  async function pair(options = {}) {
    const stub = await startStub(certificates().localhost)
    return { stub, service: connectTo(stub, certificates().caFile, options) }
  }

  it('says hello, takes a task and reports it, over one connection and with one token', async () => {
    const { stub, service } = await pair()
    stub.on.GetTask = answer({
      task: { id: 'a'.repeat(27), sync_full: { skip_grants: true } },
      next_poll: { seconds: 2, nanos: 500_000_000 },
    })
    await service.hello(HELLO, call)
    const { tasks, nextPollMs } = await service.getTask(call)
    await service.finishTask('a'.repeat(27), { kind: 'success' }, call)

    expect(nextPollMs).toBe(2500)
    expect(tasks).toMatchObject([{ id: 'a'.repeat(27), debug: false, work: { kind: 'sync-full', skipGrants: true } }])
    expect(stub.calls.map(({ method, request }) => [method, request])).toMatchObject([
      ['Hello', { host_id: 'host-1', connector_metadata: { display_name: 'Twingate' } }],
      ['GetTask', { host_id: 'host-1' }],
      ['FinishTask', { host_id: 'host-1', task_id: 'a'.repeat(27), success: {} }],
    ])
    expect(stub.tokens.requests.length).toBe(1)
    // One for the token, one for the calls.
    expect(stub.connections).toBe(2)
    expect(stub.calls[0]!.headers['user-agent']).toMatch(/^brave-otter-12345 baton-twingate\/0\.1\.0 grpc-node-js\//)
  })
})
