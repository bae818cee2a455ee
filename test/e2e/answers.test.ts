import { describe, expect, it } from 'vitest'
import { startTenant, type TenantOptions } from '../tenant/start-tenant.ts'
import { expectRefusal, type Refusal } from '../support/expect-refusal.ts'
import { createPlace, settingsFor } from '../support/place.ts'

const always = (kind: 'errors-200' | 'html-200' | 'html-404' | '403' | '500' | 'truncated-json', message?: string) => ({
  faults: [{ kind, ...(message !== undefined && { message }) }],
})

const REFUSALS: readonly (Refusal & { readonly name: string; readonly tenant: TenantOptions })[] = [
  { name: 'a wrong key', tenant: { keys: {} }, code: 16, says: /API key was refused \(401\).*--api-key/ },
  { name: 'a key without permission', tenant: always('403'), code: 7, says: /may not do this \(403\).*Settings > API/ },
  {
    name: 'a key without permission, told under 200',
    tenant: always('errors-200', 'The API key does not permit this: permission denied.'),
    code: 7,
    says: /may not do this; give it the permission.*permission denied/,
  },
  {
    name: 'an unknown network',
    tenant: always('html-404'),
    code: 5,
    says: /no Twingate network at 127\.0\.0\.1:\d+; check the network name in --domain/,
  },
  { name: 'a page of HTML', tenant: always('html-200'), code: 14, says: /web page instead of data; check the network/ },
  { name: 'JSON that is cut off', tenant: always('truncated-json'), code: 14, says: /cut off or not JSON/ },
  { name: 'a server that fails', tenant: always('500'), code: 14, says: /failed \(500\); https:\/\/status\.twingate/ },
  {
    name: 'a redirect to a foreign host',
    tenant: { redirectTo: 'https://attacker.example/api/graphql/' },
    code: 9,
    says: /redirects to attacker\.example, .*the API key was not sent there; check --domain/,
  },
]

describe.concurrent('a sync that is refused by the server', () => {
  it.for(REFUSALS)('says what is wrong for $name', async ({ tenant, ...refusal }, { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    await place.previousSync()
    const server = await place.serve(tenant)
    await expectRefusal(place, { ...refusal, env: settingsFor(server.baseUrl) })
    expect(server.requests.length, 'a wrong address is told soon').toBeLessThanOrEqual(2 * 2 * 3)
  })

  it('says that nobody listens', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const gone = await startTenant()
    await gone.close()
    const says = /no answer from 127\.0\.0\.1:\d+ \(ECONNREFUSED\); check the network/
    const ended = await expectRefusal(place, { env: settingsFor(gone.baseUrl), code: 14, says })
    expect(ended.stderr).toContain('"msg":"trying again"')
  })

  it('says that the answer takes too long, and which setting it was', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ faults: [{ kind: 'slow', delayMs: 60_000 }] })
    await expectRefusal(place, {
      args: ['validate', '--http-timeout-seconds', '1'],
      env: settingsFor(server.baseUrl),
      code: 4,
      says: /did not answer within 1 s \(--http-timeout-seconds\)/,
    })
    expect(server.requests.length, 'three tries in each of two runs').toBe(6)
  })
})
