import { describe, expect, it } from 'vitest'
import { userActions } from '../../../src/resources/user-actions.ts'
import type { RetryPolicy } from '../../../src/sdk/pacing/retry.ts'
import { call, clientOf, type ClientPlan } from '../../tenant/tenant-client.ts'
import { person, tenantOf, writes } from '../../tenant/tenant-of.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { globalId } from '../../tenant/global-id.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'

const quick: RetryPolicy = { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 2 }
const NAMES = ['enable_user', 'disable_user', 'update_user', 'reset_mfa'] as const
type Name = (typeof NAMES)[number]

async function setting(options: TenantOptions = {}, plan: ClientPlan = {}) {
  const server = await tenantOf(options)
  const actions = userActions(clientOf(server, plan), quick)
  const action = (name: Name) => {
    const found = actions.find((candidate) => candidate.name === name)
    if (!found) throw new Error(`no action ${name}`)
    return found
  }
  const args = (who: string, more: object = {}) => ({ user_id: person(server, who).id, ...more })
  return {
    server,
    actions,
    action,
    invoke: (name: Name, who: string, more?: object) => action(name).invoke(args(who, more), call),
    plan: (name: Name, who: string, more?: object) => action(name).plan(args(who, more), call),
  }
}

/** Arguments that make every action change something on Arjun. */
const more = (name: Name) => (name === 'update_user' ? { first_name: 'New' } : {})

describe('userActions', () => {
  it('offer four actions, each for one user', async () => {
    const { actions } = await setting()
    expect(actions.map((action) => action.name)).toEqual(NAMES)
    for (const { fields } of actions) expect(fields[0]).toMatchObject({ name: 'user_id', required: true })
    expect(actions.map((action) => action.types.at(-1))).toEqual([
      'ACTION_TYPE_ACCOUNT_ENABLE',
      'ACTION_TYPE_ACCOUNT_DISABLE',
      'ACTION_TYPE_ACCOUNT_UPDATE_PROFILE',
      'ACTION_TYPE_ACCOUNT',
    ])
  })

  it('disable and enable a user, each once', async () => {
    const { server, invoke } = await setting()
    const user = person(server, 'Arjun')
    expect(await invoke('disable_user', 'Arjun')).toEqual({ success: true, user_id: user.id, changed: true })
    expect(user.state).toBe('DISABLED')
    expect(await invoke('disable_user', 'Arjun')).toMatchObject({ success: true, changed: false })
    expect(await invoke('enable_user', 'Arjun')).toMatchObject({ success: true, changed: true })
    expect(user.state).toBe('ACTIVE')
    expect(await invoke('enable_user', 'Arjun')).toMatchObject({ success: true, changed: false })
    expect(writes(server)).toEqual(['UserDetailsUpdate', 'UserDetailsUpdate'])
  })

  it('change the names that are given and leave the others and the state', async () => {
    const { server, invoke } = await setting()
    const user = person(server, 'Kofi')
    await invoke('update_user', 'Kofi', { last_name: 'O"Neil \\ 🦊', first_name: ' ' })
    expect(user).toMatchObject({ firstName: 'Kofi', lastName: 'O"Neil \\ 🦊', state: 'DISABLED' })
    expect(await invoke('update_user', 'Kofi', { first_name: 'Kofi' })).toMatchObject({ changed: false })
  })

  it('tell a first name from a last name', async () => {
    const { server, plan } = await setting()
    Object.assign(person(server, 'Arjun'), { firstName: 'Arjun Mehta', lastName: '' })
    expect(await plan('update_user', 'Arjun Mehta', { first_name: 'Arjun', last_name: 'Mehta' })).toMatchObject({
      verdict: 'needed',
    })
  })

  it('reset MFA every time, also of a user of the identity provider', async () => {
    const { server, invoke } = await setting()
    expect(await invoke('reset_mfa', 'Olu')).toMatchObject({ success: true, changed: true })
    await invoke('reset_mfa', 'Olu')
    expect(writes(server)).toEqual(['UserResetMfa', 'UserResetMfa'])
  })

  it.each([
    ['enable_user', 'Kofi', 'state DISABLED', 'state ACTIVE'],
    ['disable_user', 'Arjun', 'state ACTIVE', 'state DISABLED'],
    ['update_user', 'Arjun', 'first name "Arjun", last name "Mehta"', 'first name "New", last name "Mehta"'],
    ['reset_mfa', 'Arjun', 'MFA as it was set up', 'MFA to be set up anew'],
  ] as const)('plan %s of %s without sending a mutation', async (name, who, before, after) => {
    const { server, plan } = await setting()
    expect(await plan(name, who, more(name))).toMatchObject({
      change: { type: 'user', id: person(server, who).id },
      verdict: 'needed',
      before,
      after,
    })
    expect(writes(server)).toEqual([])
  })

  it.each([
    ['enable_user', 'Hana', 'has not accepted yet'],
    ['disable_user', 'Hana', 'delete the account instead'],
    ['enable_user', 'Jaya', 'identity provider'],
    ['disable_user', 'Olu', 'identity provider'],
    ['update_user', 'Olu', 'identity provider'],
  ] as const)('refuse %s of %s before anything is sent', async (name, who, words) => {
    const { server, invoke, plan } = await setting()
    const expected = { code: 'failed-precondition', detail: expect.stringContaining(words) as string }
    expect(await plan(name, who, more(name))).toMatchObject({ verdict: 'refused', error: expected })
    await expect(invoke(name, who, more(name))).rejects.toMatchObject(expected)
    expect(writes(server)).toEqual([])
  })

  it('refuse to disable the last active admin, though there are disabled ones', async () => {
    const { server, invoke, plan } = await setting()
    expect(await plan('disable_user', 'Ada')).toMatchObject({ verdict: 'needed' })
    person(server, 'Bruno').role = 'MEMBER'
    await expect(invoke('disable_user', 'Ada')).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining('the last active admin') as string,
    })
    expect(await plan('update_user', 'Ada', { last_name: 'New' })).toMatchObject({ verdict: 'needed' })
    expect(writes(server)).toEqual([])
  })

  it.each(NAMES)('do not know a missing user (%s)', async (name) => {
    const { server, action } = await setting()
    for (const id of [globalId('User', 999_999), globalId('Group', 12), 'nonsense']) {
      const args = { user_id: id, ...more(name) }
      expect(await action(name).plan(args, call)).toMatchObject({ verdict: 'refused', error: { code: 'not-found' } })
      await expect(action(name).invoke(args, call)).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(writes(server)).toEqual([])
  })

  it.each([
    ['enable_user', {}, 'user_id is missing'],
    ['enable_user', { user_id: '  ' }, 'user_id is missing'],
    ['disable_user', { user_id: 7 }, 'user_id must be text'],
    ['reset_mfa', { user_id: 'x', resource_id: 'x' }, 'there is no argument "resource_id"'],
    ['update_user', { user_id: 'x' }, 'nothing to change; give first_name or last_name'],
    ['update_user', { user_id: 'x', first_name: ['New'] }, 'first_name must be text'],
  ] as const)('refuse wrong arguments: %s %o', async (name, args, words) => {
    const { server, action } = await setting()
    const expected = { code: 'invalid-argument', detail: expect.stringContaining(words) as string }
    await expect(action(name).invoke(args, call)).rejects.toMatchObject(expected)
    await expect(action(name).plan(args, call)).rejects.toMatchObject(expected)
    expect(server.requests).toEqual([])
  })

  it.each(['disable_user', 'update_user'] as const)(
    'send %s no second time when the answer was lost and the change stands',
    async (name) => {
      const lost = { operation: 'UserDetailsUpdate', kind: 'lost-answer', times: 1 } as const
      const { server, invoke } = await setting({ faults: [lost] })
      expect(await invoke(name, 'Arjun', more(name))).toMatchObject({ changed: true })
      expect(writes(server)).toEqual(['UserDetailsUpdate'])
    },
  )

  it('send again when nothing was done', async () => {
    const failing = { operation: 'UserDetailsUpdate', kind: '503', retryAfter: 'none', times: 2 } as const
    const { server, invoke } = await setting({ faults: [failing] })
    expect(await invoke('disable_user', 'Arjun')).toMatchObject({ changed: true })
    expect(person(server, 'Arjun').state).toBe('DISABLED')
    expect(writes(server)).toHaveLength(3)
  })

  it('say so when the user vanished before the answer could be checked', async () => {
    const lost = { operation: 'UserDetailsUpdate', kind: '500', times: 1 } as const
    const { server, invoke } = await setting({
      faults: [lost],
      changes: [
        {
          when: { operation: 'UserDetailsUpdate' },
          at: 'after',
          apply: (tenant) => tenant.removeUser(tenant.users.find((user) => user.firstName === 'Arjun')!),
        },
      ],
    })
    await expect(invoke('disable_user', 'Arjun')).rejects.toMatchObject({ code: 'not-found' })
    expect(writes(server)).toHaveLength(1)
  })

  it.each(['lost-answer', '500', 'reset', 'truncated-json'] as const)(
    'reset MFA no second time when it may have been done (%s), and say that it is unknown',
    async (kind) => {
      const { server, invoke } = await setting({ faults: [{ operation: 'UserResetMfa', kind, times: 1 }] })
      await expect(invoke('reset_mfa', 'Arjun')).rejects.toMatchObject({
        code: 'aborted',
        detail: expect.stringContaining('it is unknown whether MFA was reset') as string,
      })
      expect(writes(server)).toEqual(['UserResetMfa'])
    },
  )

  it('reset MFA again where the server certainly did nothing', async () => {
    let ms = 0
    const clock = { now: () => new Date(ms), monotonicMs: () => (ms += 60_000) }
    // Twenty-one refusals in a row end one attempt of the client.
    const limited = { operation: 'UserResetMfa', kind: '429', times: 21 } as const
    const { server, invoke } = await setting({ faults: [limited] }, { clock, sleep: async () => {} })
    expect(await invoke('reset_mfa', 'Arjun')).toMatchObject({ changed: true })
    expect(writes(server)).toHaveLength(22)
  })

  it.each(NAMES)('pass the server’s refusal of %s on word for word', async (name) => {
    const { server, invoke } = await setting({ faults: [{ kind: 'ok-false', message: 'Because.' }] })
    person(server, 'Arjun').state = name === 'enable_user' ? 'DISABLED' : 'ACTIVE'
    await expect(invoke(name, 'Arjun', more(name))).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: 'Twingate refused: Because.',
    })
    expect(writes(server)).toHaveLength(1)
  })

  it('pass the server’s words on where the user was invited anew meanwhile', async () => {
    const { invoke } = await setting({
      changes: [
        {
          when: { operation: 'UserDetailsUpdate' },
          apply: (tenant) => (tenant.users.find((user) => user.firstName === 'Arjun')!.state = 'PENDING'),
        },
      ],
    })
    await expect(invoke('disable_user', 'Arjun')).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: 'Twingate refused: User in PENDING state cannot be updated.',
    })
  })

  it.each(['http-403', 'errors-200'] as const)('say that a read key needs another level (%s)', async (refusal) => {
    const { server, invoke } = await setting({ refusal }, { key: READ_KEY })
    for (const name of ['disable_user', 'update_user', 'reset_mfa'] as const)
      await expect(invoke(name, 'Arjun', more(name))).rejects.toMatchObject({
        code: 'permission-denied',
        detail: expect.stringContaining('needs the level Read & Write') as string,
      })
    expect(writes(server)).toHaveLength(3)
  })

  it.each([
    ['401', 'unauthenticated'],
    ['403', 'permission-denied'],
  ] as const)('stop at the first %s with %s', async (kind, code) => {
    const { server, invoke } = await setting({ faults: [{ kind }] })
    await expect(invoke('reset_mfa', 'Arjun')).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
  })
})
