import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { globalId } from './global-id.ts'
import { type RunningTenant, startTenant } from './start-tenant.ts'
import type { Tenant } from './tenant.ts'
import { ask } from './ask.ts'

interface Payload {
  readonly ok: boolean
  readonly error: string | null
  readonly entity: Readonly<Record<string, unknown>> | null
}

let running: RunningTenant
let tenant: Tenant

beforeEach(async () => {
  running = await startTenant()
  tenant = running.tenant
})

afterEach(() => running.close())

/** Runs one mutation; `args` is GraphQL text. */
const mutate = async (name: string, args: string, entity = '') => {
  const selection = name.endsWith('Delete') ? 'ok error' : `ok error entity { id ${entity} }`
  const reply = await ask<Record<string, Payload> | null>(running, `mutation { ${name}(${args}) { ${selection} } }`)
  return { ...reply.data?.[name], errors: reply.errors }
}

const quote = (text: string) => JSON.stringify(text)
const idOf = (email: string) => tenant.userByEmail(email)?.id ?? ''
const ada = () => idOf('ada.okafor@acme.example')
const manualGroup = () => tenant.groupByName('Contractors')!
const syncedGroup = () => tenant.groupByName('Engineering')!
const missing = { user: globalId('User', 9999), group: globalId('Group', 9999) }

describe('userCreate', () => {
  test('makes a PENDING member of Everyone', async () => {
    const answer = await mutate(
      'userCreate',
      'email: "new@acme.example", firstName: "New"',
      'state role type firstName lastName',
    )
    expect(answer).toMatchObject({
      ok: true,
      entity: { state: 'PENDING', role: 'MEMBER', type: 'MANUAL', firstName: 'New', lastName: '' },
    })
    expect(tenant.userByEmail('new@acme.example')?.groups.map((group) => group.name)).toEqual(['Everyone'])
  })

  test.each(['ADA.okafor@acme.example', 'no-address'])('refuses the address %s', async (email) => {
    expect(await mutate('userCreate', `email: ${quote(email)}`)).toMatchObject({ ok: false, entity: null })
    expect(tenant.users).toHaveLength(40)
  })

  test('does not know shouldSendInvite', async () => {
    const answer = await mutate('userCreate', 'email: "new@acme.example", shouldSendInvite: false')
    expect(answer.errors?.[0]?.message).toContain('shouldSendInvite')
  })
})

describe('userDetailsUpdate', () => {
  test('changes what is given and leaves the rest', async () => {
    const answer = await mutate('userDetailsUpdate', `id: "${ada()}", state: DISABLED`, 'state firstName')
    expect(answer).toMatchObject({ ok: true, entity: { state: 'DISABLED', firstName: 'Ada' } })
  })

  test('refuses to disable a PENDING user', async () => {
    const id = idOf('hana.novak@acme.example')
    const answer = await mutate('userDetailsUpdate', `id: "${id}", state: DISABLED`)
    expect(answer).toMatchObject({ ok: false, error: expect.stringContaining('User in PENDING state') })
    expect(tenant.user(id)?.state).toBe('PENDING')
  })

  test('cannot set PENDING', async () => {
    expect((await mutate('userDetailsUpdate', `id: "${ada()}", state: PENDING`)).errors).toBeDefined()
  })
})

describe('synced users', () => {
  test.each([
    ['userDetailsUpdate', ', firstName: "X"'],
    ['userDelete', ''],
  ])('%s refuses them', async (name, rest) => {
    const user = tenant.userByEmail('olu.adeyemi@acme.example')!
    expect(await mutate(name, `id: "${user.id}"${rest}`)).toMatchObject({
      ok: false,
      error: expect.stringContaining('identity'),
    })
    expect(tenant.user(user.id)).toMatchObject({ firstName: 'Olu', role: 'MEMBER' })
  })

  test('have a role that can be changed', async () => {
    const user = tenant.userByEmail('olu.adeyemi@acme.example')!
    expect(await mutate('userRoleUpdate', `id: "${user.id}", role: SUPPORT`)).toMatchObject({ ok: true })
    expect(user.role).toBe('SUPPORT')
  })
})

describe('userRoleUpdate, userResetMfa and userDelete', () => {
  test('the role is replaced', async () => {
    const answer = await mutate('userRoleUpdate', `id: "${ada()}", role: SUPPORT`, 'role isAdmin')
    expect(answer).toMatchObject({ ok: true, entity: { role: 'SUPPORT', isAdmin: false } })
  })

  test('the second factor is reset', async () => {
    expect(await mutate('userResetMfa', `id: "${ada()}"`)).toMatchObject({ ok: true, entity: { id: ada() } })
  })

  test('a user is deleted once, and again without complaint', async () => {
    const id = ada()
    expect(await mutate('userDelete', `id: "${id}"`)).toMatchObject({ ok: true, error: null })
    expect(tenant.user(id)).toBeUndefined()
    expect(await mutate('userDelete', `id: "${id}"`)).toMatchObject({ ok: true, error: null })
  })
})

describe('groupCreate and groupDelete', () => {
  test('a group is made with its first members', async () => {
    const answer = await mutate(
      'groupCreate',
      `name: "New", userIds: ["${ada()}"]`,
      'type isActive users { totalCount }',
    )
    expect(answer).toMatchObject({ ok: true, entity: { type: 'MANUAL', isActive: true, users: { totalCount: 1 } } })
  })

  test('a group is deleted once, and again without complaint', async () => {
    const { id } = manualGroup()
    expect(await mutate('groupDelete', `id: "${id}"`)).toMatchObject({ ok: true })
    expect(tenant.group(id)).toBeUndefined()
    expect(await mutate('groupDelete', `id: "${id}"`)).toMatchObject({ ok: true })
  })

  test('a synced group is not deleted', async () => {
    expect(await mutate('groupDelete', `id: "${syncedGroup().id}"`)).toMatchObject({ ok: false })
    expect(syncedGroup()).toBeDefined()
  })
})

describe('groupUpdate', () => {
  test('adds members; adding one twice is accepted', async () => {
    const before = manualGroup().users.length
    for (let time = 0; time < 2; time += 1) {
      expect(await mutate('groupUpdate', `id: "${manualGroup().id}", addedUserIds: ["${ada()}"]`)).toMatchObject({
        ok: true,
      })
    }
    expect(manualGroup().users).toHaveLength(before + 1)
  })

  test('removes members; removing a stranger is accepted', async () => {
    const member = manualGroup().users[0]!
    for (let time = 0; time < 2; time += 1) {
      const args = `id: "${manualGroup().id}", removedUserIds: ["${member.id}"]`
      expect(await mutate('groupUpdate', args)).toMatchObject({ ok: true })
    }
    expect(manualGroup().users).not.toContain(member)
  })

  test('replaces the whole membership by userIds, also by none', async () => {
    await mutate('groupUpdate', `id: "${manualGroup().id}", userIds: ["${ada()}"]`)
    expect(manualGroup().users.map((user) => user.id)).toEqual([ada()])
    await mutate('groupUpdate', `id: "${manualGroup().id}", userIds: []`)
    expect(manualGroup().users).toEqual([])
  })

  test('renames and deactivates', async () => {
    const answer = await mutate('groupUpdate', `id: "${manualGroup().id}", name: "N", isActive: false`, 'name isActive')
    expect(answer.entity).toMatchObject({ name: 'N', isActive: false })
  })

  test.each(['Engineering', 'Everyone'])('refuses to touch the members of %s', async (name) => {
    const group = tenant.groupByName(name)!
    const before = group.users.length
    expect(await mutate('groupUpdate', `id: "${group.id}", userIds: []`)).toMatchObject({ ok: false })
    expect(group.users).toHaveLength(before)
  })

  test('attaches a policy to a synced group', async () => {
    const args = `id: "${syncedGroup().id}", securityPolicyId: "${tenant.policies[1].id}"`
    expect(await mutate('groupUpdate', args, 'securityPolicy { name }')).toMatchObject({
      ok: true,
      entity: { securityPolicy: { name: 'Trusted Devices' } },
    })
  })

  test('an unknown user among the added ones refuses the whole call', async () => {
    const before = manualGroup().users.length
    const args = `id: "${manualGroup().id}", addedUserIds: ["${ada()}", "${missing.user}"]`
    expect(await mutate('groupUpdate', args)).toMatchObject({
      ok: false,
      error: expect.stringContaining('does not exist'),
    })
    expect(manualGroup().users).toHaveLength(before)
  })
})

test.each([
  ['userDetailsUpdate', ''],
  ['userRoleUpdate', ', role: ADMIN'],
  ['userResetMfa', ''],
  ['groupUpdate', ''],
])('%s of a missing object answers that it does not exist', async (name, rest) => {
  const id = name === 'groupUpdate' ? missing.group : missing.user
  expect(await mutate(name, `id: "${id}"${rest}`)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^Field 'id' (User|Group) with id '.*' does not exist\.$/),
  })
})

test.each(['userDelete', 'groupDelete', 'userResetMfa', 'groupUpdate'])(
  '%s of an unreadable id is an error',
  async (name) => {
    expect((await mutate(name, 'id: "oops"')).errors?.[0]?.message).toContain('Unable to parse global ID')
  },
)
