import { afterEach, describe, expect, it } from 'vitest'
import { createTwingate } from '../../../src/connector/twingate.ts'
import { parseDomain } from '../../../src/twingate/endpoint.ts'
import { scimAccounts } from '../../../src/scim/accounts.ts'
import { openTarget } from '../../../src/scim/target/open-target.ts'
import { startingProfile } from '../../../src/scim/target/profile.ts'
import { createTransport } from '../../../src/sdk/http/transport.ts'
import { silentLogger } from '../../../src/sdk/ground/ports.ts'
import { hasAccountCreator, hasDeleter } from '../../../src/sdk/contract/provisioner.ts'
import { Secret } from '../../../src/sdk/ground/secret.ts'
import { PROVISION_KEY } from '../../tenant/api-keys.ts'
import { SCIM_TOKEN } from '../../tenant/scim/endpoint.ts'
import { type RunningTenant, startTenant } from '../../tenant/start-tenant.ts'

let tenant: RunningTenant

afterEach(() => tenant.close())

const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
const sleep = async (): Promise<void> => {}
const call = { signal: new AbortController().signal, log: silentLogger, clock, sleep }

const QUICK = { attempts: 3, attemptsIfMalformed: 1, firstWaitMs: 1, mostWaitMs: 1 }

/** The accounts of a test tenant, those of the identity provider over its SCIM side. */
async function open(onDelete: 'disable' | 'delete' = 'disable') {
  tenant = await startTenant()
  const shared = { clock, sleep, version: '0.0.0', transport: createTransport({ timeoutMs: 5_000, env: {} }) }
  const target = openTarget({
    ...shared,
    url: tenant.scimUrl,
    token: new Secret(SCIM_TOKEN),
    profile: startingProfile('twingate'),
    log: silentLogger,
  })
  const { connector } = createTwingate({
    ...shared,
    endpoint: parseDomain('demo', { baseUrl: tenant.baseUrl }),
    key: new Secret(PROVISION_KEY),
    accounts: { directory: scimAccounts(target), onDelete, retry: QUICK },
  })
  const users = connector.syncers.find(({ type }) => type.id === 'user')
  if (!users || !hasAccountCreator(users) || !hasDeleter(users)) throw new Error('users cannot be created')
  return users
}

const userOf = (email: string) => tenant.tenant.userByEmail(email)
const idOf = (email: string) => ({ type: 'user', id: userOf(email)?.id ?? '' })
const writes = () => tenant.scimRequests.filter(({ method }) => method !== 'GET').map(({ method }) => method)

describe('accounts over SCIM', () => {
  it('makes a new account in the directory, and gives the user that Twingate shows', async () => {
    const users = await open()
    const account = { email: 'Nia.Obi@fabrik.example', firstName: 'Nia', lastName: 'Obi' }
    expect((await users.planAccount(account, call)).verdict).toBe('needed')
    const outcome = await users.createAccount(account, call)
    expect(outcome).toMatchObject({ kind: 'created', account: { id: idOf(account.email) } })
    expect(userOf(account.email)).toMatchObject({ type: 'SYNCED', state: 'ACTIVE', firstName: 'Nia' })
    expect(tenant.counts().writes).toBe(0)
  })

  it('enables an account that the directory holds disabled, instead of making a second one', async () => {
    const users = await open()
    const jaya = 'jaya.raman@acme.example'
    expect(await users.createAccount({ email: jaya }, call)).toMatchObject({ kind: 'created' })
    expect(userOf(jaya)?.state).toBe('ACTIVE')
    expect(writes()).toEqual(['PATCH'])
    expect(await users.createAccount({ email: jaya }, call)).toMatchObject({ kind: 'already-exists' })
    expect(writes()).toEqual(['PATCH'])
  })

  it('disables on delete, and says that one which is disabled is ended already', async () => {
    const users = await open()
    const pia = idOf('pia.lund@acme.example')
    expect(await users.delete(pia, call)).toBe('deleted')
    expect(userOf('pia.lund@acme.example')?.state).toBe('DISABLED')
    expect(await users.delete(pia, call)).toBe('already-deleted')
    expect(writes()).toEqual(['PATCH'])
  })

  it('deletes where the setting says so', async () => {
    const users = await open('delete')
    expect(await users.delete(idOf('pia.lund@acme.example'), call)).toBe('deleted')
    expect(userOf('pia.lund@acme.example')).toBeUndefined()
  })

  it('leaves accounts that sign in by e-mail to Twingate', async () => {
    const users = await open()
    expect(await users.delete(idOf('carl.jensen@acme.example'), call)).toBe('deleted')
    expect(writes()).toEqual([])
    expect(tenant.counts().writes).toBe(1)
  })

  it('refuses a role, which no directory gives', async () => {
    const users = await open()
    const plan = await users.planAccount({ email: 'nia@fabrik.example', role: 'ADMIN' }, call)
    expect(plan).toMatchObject({ verdict: 'refused', error: { code: 'invalid-argument' } })
    await expect(users.createAccount({ email: 'nia@fabrik.example', role: 'ADMIN' }, call)).rejects.toThrow(/MEMBER/)
    expect(writes()).toEqual([])
  })

  it('reports nothing as done where the directory took it and Twingate shows otherwise', async () => {
    const users = await open()
    const pia = tenant.tenant.userByEmail('pia.lund@acme.example')
    if (!pia) throw new Error('the demo tenant has no Pia')
    Object.defineProperty(pia, 'state', { get: () => 'ACTIVE', set: () => {} })
    await expect(users.delete({ type: 'user', id: pia.id }, call)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
