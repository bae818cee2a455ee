import { afterEach, describe, expect, it } from 'vitest'
import { SCIM_TOKEN } from './scim/endpoint.ts'
import { type RunningTenant, startTenant } from './start-tenant.ts'

let tenant: RunningTenant

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

async function ask(method: string, path: string, body?: object, token = SCIM_TOKEN) {
  const response = await fetch(tenant.scimUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) }
}

const ANN = {
  externalId: 'h-1',
  userName: 'ann@example.com',
  name: { givenName: 'Ann', familyName: 'Berg' },
  emails: [{ value: 'ann@example.com', type: 'work', primary: true }],
  active: true,
}

afterEach(() => tenant.close())

describe('the SCIM side of the test tenant', () => {
  it('shows what it created as SYNCED on the GraphQL side, and a disabled user as DISABLED', async () => {
    tenant = await startTenant()
    const created = await ask('POST', '/Users', ANN)
    expect(created.status).toBe(201)
    const user = tenant.tenant.userByEmail('ann@example.com')
    expect(user).toMatchObject({ type: 'SYNCED', state: 'ACTIVE', firstName: 'Ann', lastName: 'Berg' })
    const patch = { schemas: [PATCH], Operations: [{ op: 'replace', path: 'active', value: false }] }
    expect((await ask('PATCH', `/Users/${String(created.body?.['id'])}`, patch)).status).toBe(200)
    expect(user?.state).toBe('DISABLED')
  })

  it('refuses a second user with the same externalId, and one without', async () => {
    tenant = await startTenant()
    await ask('POST', '/Users', ANN)
    const second = { ...ANN, userName: 'b@example.com', emails: [] }
    expect(await ask('POST', '/Users', second)).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect((await ask('POST', '/Users', { userName: 'c@example.com' })).status).toBe(400)
  })

  it('pages, filters by one eq, and hides MANUAL users', async () => {
    tenant = await startTenant()
    const all = await ask('GET', '/Users?startIndex=1&count=100')
    const synced = tenant.tenant.users.filter(({ type }) => type === 'SYNCED')
    expect(all.body?.['totalResults']).toBe(synced.length)
    await ask('POST', '/Users', ANN)
    const found = await ask('GET', `/Users?filter=${encodeURIComponent('externalId eq "h-1"')}`)
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'ann@example.com' }] })
    expect((await ask('GET', `/Users?filter=${encodeURIComponent('emails.value eq "x"')}`)).status).toBe(400)
  })

  it('adds and removes members of SYNCED groups, and refuses unknown ones before anything changes', async () => {
    tenant = await startTenant()
    const user = String((await ask('POST', '/Users', ANN)).body?.['id'])
    const group = String((await ask('POST', '/Groups', { displayName: 'Night shift' })).body?.['id'])
    const add = (...ids: string[]) => ({
      schemas: [PATCH],
      Operations: [{ op: 'add', path: 'members', value: ids.map((value) => ({ value })) }],
    })
    expect((await ask('PATCH', `/Groups/${group}`, add(user, '99999'))).status).toBe(404)
    expect((await ask('GET', `/Groups/${group}`)).body?.['members']).toEqual([])
    await ask('PATCH', `/Groups/${group}`, add(user))
    expect(tenant.tenant.groupByName('Night shift')?.users).toHaveLength(1)
    const remove = { schemas: [PATCH], Operations: [{ op: 'remove', path: `members[value eq "${user}"]` }] }
    await ask('PATCH', `/Groups/${group}`, remove)
    expect(tenant.tenant.groupByName('Night shift')?.users).toHaveLength(0)
  })

  it('refuses the old token once a new one is made', async () => {
    tenant = await startTenant()
    tenant.setScimToken('fresh')
    expect((await ask('GET', '/Users')).status).toBe(401)
    expect((await ask('GET', '/Users', undefined, 'fresh')).status).toBe(200)
  })
})
