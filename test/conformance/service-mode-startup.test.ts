import { describe, expect, it } from 'vitest'
import { until } from '../support/service-place.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture, type OwnFixture } from '../judges/own-fixture.ts'
import type { PeerCommand } from '../judges/peer-commands.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const list = { actionListSchemas: {} }
const MINUTES = 60_000

/** The last error that the daemon tells in its status. */
const lastError = (at: OwnFixture): Promise<string> => until(async () => (await at.status())?.errors[0]?.message)

/** Works once what stood in the way is gone. */
async function expectWork({ peer }: OwnFixture): Promise<void> {
  const [id = ''] = await peer.enqueue(list)
  await peer.heard('finished', ({ taskId }) => taskId === id, { within: 120_000 })
  expect(await peer.violations()).toEqual([])
}

describe.skipIf(missing).concurrent(`our daemon at its start ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('waits for a service that is dead, and says so', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'down' })
    at.start()
    expect(await lastError(at)).toContain(`no answer from ${at.peer.host} (ECONNREFUSED)`)
    expect(await at.status()).toMatchObject({ connection: 'connecting', ready: false })
    await at.peer.tell({ do: 'up' })
    await expectWork(at)
  })

  it('waits for a service that takes connections and says nothing, and says so', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'silence', on: true })
    at.start()
    expect(await lastError(at)).toMatch(
      /127\.0\.0\.1:\d+ .*within \d+ s|no connection to 127\.0\.0\.1:\d+ within \d+ s/,
    )
    await at.peer.tell({ do: 'silence', on: false })
    await expectWork(at)
  })

  it('waits for a service that does not answer hello in time, and says so', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const slow = { on: { rpc: 'Hello', attempts: [1, 1] }, acts: [{ action: 'hold' }] } as const
    await at.peer.tell({ do: 'fault', fault: slow })
    at.start()
    expect(await lastError(at)).toContain(`${at.peer.host} did not answer within 30 s`)
    await expectWork(at)
  })

  it.for<readonly [string, PeerCommand, number, RegExp]>([
    ['untrusted', { do: 'certificate', name: 'untrusted' }, 9, /the certificate of .* is not trusted/],
    ['for another name', { do: 'certificate', name: 'wrong-name' }, 3, /certificate .* name/],
    [
      'expired',
      { do: 'certificate', name: 'expired' },
      9,
      /the certificate of .* is not valid at this time \(CERT_HAS_EXPIRED\); check the clock/,
    ],
    ['behind an old TLS', { do: 'certificate', name: 'old-tls' }, 9, /TLS/],
  ])('ends where the certificate is %s', async ([, command, code, says], { onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell(command)
    const daemon = at.start()
    expect([await daemon.ended, daemon.output()]).toEqual([code, expect.stringMatching(says)])
    expect(daemon.output(), 'and not after a deadline').not.toContain('did not answer within')
  })

  it('ends where the service does not know the secret, and names what to check', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'rotate-key', clientId: at.peer.clientId })
    const daemon = at.start()
    expect(await daemon.ended).toBe(16)
    expect(daemon.output()).toMatch(
      /refused the credentials \(HTTP 401, invalid_client\); check --client-id .*BATON_CLIENT_SECRET/,
    )
    expect(daemon.output()).not.toContain(at.peer.clientSecret)
  })

  it.for([
    [10 * MINUTES, /the clock of this machine is 10 min behind that of 127\.0\.0\.1:\d+, set it right/],
    [-10 * MINUTES, /the clock of this machine is 10 min ahead of that of 127\.0\.0\.1:\d+, set it right/],
  ] as const)('names a clock that is wrong by ten minutes, %i ms', async ([aheadMs, says], { onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'clock', aheadMs })
    const daemon = at.start()
    expect([await daemon.ended, daemon.output()]).toEqual([16, expect.stringMatching(says)])
  })

  it('outlives a clock that goes wrong later, and names it', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    at.start()
    await expectWork(at)
    await at.peer.tell({ do: 'clock', aheadMs: 10 * MINUTES })
    await at.peer.tell({ do: 'revoke-tokens' })
    expect(await lastError(at)).toContain('the clock of this machine is 10 min behind')
    await at.peer.tell({ do: 'clock', aheadMs: 0 })
    await expectWork(at)
  })
})
