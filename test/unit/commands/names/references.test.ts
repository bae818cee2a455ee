import { afterEach, describe, expect, it } from 'vitest'
import {
  resolveGroup,
  resolveGroups,
  resolveRole,
  resolveRoles,
  resolveUser,
  resolveUsers,
} from '../../../../src/commands/names/references.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { formatResourceBid } from '../../../../src/sdk/model/ids.ts'
import { call, clientOf } from '../../../tenant/tenant-client.ts'
import { globalId } from '../../../tenant/global-id.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'

const servers: RunningTenant[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(tenant: Tenant, options: Omit<TenantOptions, 'tenant'> = {}) {
  const server = await startTenant({ tenant, ...options })
  servers.push(server)
  return { server, client: clientOf(server) }
}

function office() {
  const tenant = new Tenant()
  const ada = tenant.addUser({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@acme.example' })
  const mary = tenant.addUser({ firstName: 'Mary Ann', lastName: 'Evans', email: 'mary@acme.example' })
  const cher = tenant.addUser({ firstName: 'Cher', lastName: '', email: null })
  const zoe = tenant.addUser({ firstName: '', lastName: 'van Zoe', email: null })
  const engineering = tenant.addGroup({ name: 'Engineering' })
  const odd = tenant.addGroup({ name: 'O"Neil \\ 🚀' })
  return { tenant, ada, mary, cher, zoe, engineering, odd }
}

const failure = (found: unknown): ConnectorError => {
  if (!ConnectorError.is(found)) throw new Error(`resolved to ${JSON.stringify(found)}`)
  return found
}

describe('finding what a person types', () => {
  it('knows users by id, BID, address in any case and full name, in three requests', async () => {
    const { tenant, ada, mary, cher, zoe } = office()
    const { server, client } = await serve(tenant)
    const bid = formatResourceBid({ resource: { type: 'user', id: ada.id } })
    const texts = [ada.id, bid, 'ADA@acme.example', 'Ada Lovelace', 'Mary Ann Evans', 'Cher', 'van Zoe']
    const found = await resolveUsers(client, texts, call)
    const name = 'Ada Lovelace <ada@acme.example>'
    const [first, second] = [ada, mary].map(({ id }) => ({ type: 'user', id }))
    expect(texts.map((text) => found.get(text))).toEqual([
      { id: first, name },
      { id: first, name },
      { id: first, name },
      { id: first, name },
      { id: second, name: 'Mary Ann Evans <mary@acme.example>' },
      { id: { type: 'user', id: cher.id }, name: 'Cher' },
      { id: { type: 'user', id: zoe.id }, name: 'van Zoe' },
    ])
    expect(server.counts().total).toBe(3)
  })

  it('knows groups by id, BID and exact name, in two requests', async () => {
    const { tenant, engineering, odd } = office()
    const { server, client } = await serve(tenant)
    const bid = formatResourceBid({ resource: { type: 'group', id: odd.id } })
    const texts = [engineering.id, bid, 'Engineering', 'O"Neil \\ 🚀']
    const found = await resolveGroups(client, texts, call)
    expect(texts.map((text) => found.get(text))).toEqual(
      [engineering, odd, engineering, odd].map(({ id, name }) => ({ id: { type: 'group', id }, name })),
    )
    expect(server.counts().total).toBe(2)
  })

  it('takes an id as it is, also one that nobody has any more', async () => {
    const { client } = await serve(office().tenant)
    const id = globalId('User', 7)
    expect(await resolveUser(client, id, call)).toEqual({ type: 'user', id })
    expect(await resolveGroup(client, globalId('Group', 7), call)).toEqual({ type: 'group', id: globalId('Group', 7) })
  })

  it('lists at most ten candidates where a name is ambiguous', async () => {
    const { tenant } = office()
    const groups = Array.from({ length: 12 }, (_, i) =>
      tenant.addGroup({ name: 'Twins', ...(i === 0 && { type: 'SYNCED', isActive: false }) }),
    )
    const { client } = await serve(tenant)
    const error = failure((await resolveGroups(client, ['Twins'], call)).get('Twins'))
    expect(error.code).toBe('invalid-argument')
    expect(error.inFull).toContain(`${groups[0]!.id} (Twins, SYNCED, inactive); ${groups[1]!.id} (Twins, MANUAL)`)
    expect(error.inFull).toMatch(/; and more$/)
    expect(error.inFull.match(/Twins,/g)).toHaveLength(10)
  })

  it('names address, type and state of users who share a name or an address', async () => {
    const { tenant, ada } = office()
    const other = tenant.addUser({
      ...{ firstName: 'Ada', lastName: 'Lovelace', email: 'ADA@acme.example' },
      ...{ type: 'SYNCED', state: 'DISABLED' },
    })
    const { client } = await serve(tenant)
    const found = await resolveUsers(client, ['Ada Lovelace', 'ada@acme.example'], call)
    for (const error of [...found.values()].map(failure)) {
      expect(error.code).toBe('invalid-argument')
      expect(error.inFull).toContain(`${ada.id} (Ada Lovelace <ada@acme.example>, MANUAL, ACTIVE)`)
      expect(error.inFull).toContain(`${other.id} (Ada Lovelace <ADA@acme.example>, SYNCED, DISABLED)`)
    }
  })

  it.each(['Enginering', 'engineering', 'ENGINEERING', 'ngineering'])(
    'suggests the nearest group for %s with at most two further requests',
    async (text) => {
      const { server, client } = await serve(office().tenant)
      const error = failure((await resolveGroups(client, [text], call)).get(text))
      expect(error.code).toBe('not-found')
      expect(error.inFull).toMatch(/did you mean "Engineering"\?$/)
      expect(server.counts().total).toBeLessThanOrEqual(3)
    },
  )

  it.each([
    ['ada@acme.exmple', '"ada@acme.example"'],
    ['adda@acme.example', '"ada@acme.example"'],
    ['Ada Lovelase', '"Ada Lovelace"'],
    ['ada lovelace', '"Ada Lovelace"'],
  ])('suggests the nearest user for %s', async (text, expected) => {
    const { client } = await serve(office().tenant)
    const error = failure((await resolveUsers(client, [text], call)).get(text))
    expect([error.code, error.inFull]).toEqual(['not-found', expect.stringContaining(`did you mean ${expected}`)])
    expect(error.message).toBe(`baton-twingate: find user: there is no user ${JSON.stringify(text)}`)
    expect(JSON.stringify(error)).not.toContain(expected.slice(1, -1))
  })

  it('suggests nobody, and asks for nobody, where it is not asked to', async () => {
    const { server, client } = await serve(office().tenant)
    const error = failure((await resolveUsers(client, ['Ada Lovelase'], call, () => false)).get('Ada Lovelase'))
    expect(error.inFull).toBe('there is no user "Ada Lovelase"')
    expect(server.requests.map(({ operation }) => operation)).toEqual(['UsersNamed'])
  })

  it('suggests no address that shares only its domain with the one that nobody has', async () => {
    const { client } = await serve(office().tenant)
    const error = failure((await resolveUsers(client, ['eva@acme.example'], call)).get('eva@acme.example'))
    expect(error.inFull).toBe('there is no user "eva@acme.example"')
  })

  it('suggests nothing where nothing is near, and at most three names', async () => {
    const { tenant } = office()
    for (const letter of ['a', 'b', 'c', 'd', 'e']) tenant.addGroup({ name: `Quality ${letter}` })
    const { client } = await serve(tenant)
    const found = await resolveGroups(client, ['Zzyzx', 'Quality x'], call)
    expect(failure(found.get('Zzyzx')).inFull).toBe('there is no group "Zzyzx"')
    expect(failure(found.get('Quality x')).inFull.match(/"Quality [a-e]"/g)).toHaveLength(3)
  })

  it('costs two requests for 100 names and at most two more for those that nobody has', async () => {
    const { tenant } = office()
    const names = Array.from({ length: 98 }, (_, i) => tenant.addGroup({ name: `Team ${i}` }).name)
    const { server, client } = await serve(tenant)
    await resolveGroups(client, [...names, 'Nobody', 'Nothing'], call)
    expect(server.counts().total).toBeLessThanOrEqual(4)
  })

  it.each([
    ['bid:r:user', 'invalid-argument', /not of the form/],
    ['bid:r:role/admin', 'invalid-argument', /names a role, not a user/],
    ['bid:r:group/R3JvdXA6MQ==', 'failed-precondition', /is a group, and only users/],
    ['R3JvdXA6MQ==', 'failed-precondition', /is a group, and only users/],
    ['  ', 'invalid-argument', /is empty/],
  ])('refuses %s and sends nothing for it', async (text, code, words) => {
    const { server, client } = await serve(office().tenant)
    const error = failure((await resolveUsers(client, [text], call)).get(text))
    expect([error.code, error.detail]).toEqual([code, expect.stringMatching(words)])
    expect(server.counts().total).toBe(0)
  })

  it.each([
    ['cuts blanks', 'Ops ', { trims: true }],
    ['cuts blanks', ' Ops', { trims: true }],
    ['composes letters', 'Équipe'.normalize('NFD'), { normalizes: 'NFC' }],
    ['takes small letters for great ones', 'OPS', { lowers: true }],
  ] as const)('takes no group for another where a filter %s of %j', async (_, text, filters) => {
    const { tenant } = office()
    for (const name of ['Ops', 'ops', 'Équipe'.normalize('NFC')]) tenant.addGroup({ name })
    const { client } = await serve(tenant, { habits: { filters } })
    expect(failure((await resolveGroups(client, [text], call)).get(text)).code).toBe('not-found')
  })

  describe('where a filter leaves out what is empty', () => {
    const habits = { filters: { skipsEmpty: true, trims: true } }

    it('takes nobody for one whose name is longer', async () => {
      const { tenant } = office()
      tenant.addUser({ firstName: 'Eva', lastName: 'Nagy' })
      const { client } = await serve(tenant, { habits })
      for (const text of ['Nagy', 'Eva', 'Eva Nagy ', ' Eva Nagy'])
        expect(failure((await resolveUsers(client, [text], call)).get(text)).code).toBe('not-found')
    })

    it('finds a name of one word among longer ones, and calls it ambiguous only where two have it', async () => {
      const { tenant } = office()
      const solo = tenant.addUser({ firstName: 'Solo' })
      for (let i = 0; i < 60; i++) tenant.addUser({ firstName: `Pat ${i}`, lastName: 'Solo' })
      const { client } = await serve(tenant, { habits })
      expect(await resolveUser(client, 'Solo', call)).toEqual({ type: 'user', id: solo.id })
      const other = tenant.addUser({ lastName: 'Solo' })
      const error = failure((await resolveUsers(client, ['Solo'], call)).get('Solo'))
      expect(error.inFull).toContain(`${solo.id} (`)
      expect(error.inFull).toContain(`${other.id} (`)
      expect(error.inFull).not.toContain('Pat')
      expect(error.detail).toContain(`${solo.id}; ${other.id}`)
    })
  })

  it('takes no address for another that only looks like it', async () => {
    const { tenant } = office()
    const kelvin = tenant.addUser({ email: '\u212Aofi@acme.example' })
    const { client } = await serve(tenant)
    const found = await resolveUsers(client, ['KOFI@acme.example', '\u212Aofi@acme.example'], call)
    expect(failure(found.get('KOFI@acme.example')).code).toBe('not-found')
    expect(found.get('\u212Aofi@acme.example')).toMatchObject({ id: { id: kelvin.id } })
  })

  it('says which of several ids cannot be read', async () => {
    const { tenant, ada } = office()
    const { client } = await serve(tenant, { habits: { unreadableId: 'Incorrect padding', pathless: true } })
    const odd = Buffer.from('User:3O').toString('base64')
    const found = await resolveUsers(client, [ada.id, odd], call)
    expect(found.get(ada.id)).toMatchObject({ id: { id: ada.id } })
    expect(failure(found.get(odd))).toMatchObject({ code: 'not-found', detail: expect.stringContaining(odd) as string })
  })

  it('throws what is wrong with the only text', async () => {
    const { client } = await serve(office().tenant)
    await expect(resolveUser(client, 'Nobody', call)).rejects.toMatchObject({ code: 'not-found' })
    await expect(resolveGroup(client, 'Nobody', call)).rejects.toMatchObject({ code: 'not-found' })
  })

  it.each([
    ['ADMIN', 'admin'],
    ['DevOps', 'devops'],
    ['access reviewer', 'access_reviewer'],
    ['Access-Reviewer', 'access_reviewer'],
    ['role:support', 'support'],
    ['role:support:member', 'support'],
    ['bid:r:role/member', 'member'],
  ])('knows the role %s', (text, id) => {
    expect(resolveRole(text)).toEqual({ type: 'role', id })
  })

  it('suggests a role for a slip and lists them all', () => {
    const error = failure(resolveRoles(['admn']).get('admn'))
    expect([error.code, error.detail]).toEqual([
      'not-found',
      'there is no role "admn"; did you mean ADMIN? the roles are ADMIN, DEVOPS, SUPPORT, ACCESS_REVIEWER, MEMBER',
    ])
  })
})
