import { describe, expect, it } from 'vitest'
import { userAccount } from '../../../src/resources/user-account.ts'
import type { RetryPolicy } from '../../../src/sdk/pacing/retry.ts'
import { globalId } from '../../tenant/global-id.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'
import { call, clientOf, noTime } from '../../tenant/tenant-client.ts'
import { person, tenantOf, writes } from '../../tenant/tenant-of.ts'

const quick: RetryPolicy = { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 2 }

async function setting(options: TenantOptions = {}) {
  const server = await tenantOf(options)
  return { server, accounts: userAccount(clientOf(server), { sleep: noTime, retry: quick }) }
}

const userOf = (id: string) => ({ type: 'user', id })

describe('delete of an account', () => {
  it('deletes, and repeated says that it is gone', async () => {
    const { server, accounts } = await setting()
    const { id } = person(server, 'Arjun')
    expect(await accounts.planDelete(userOf(id), call)).toMatchObject({
      verdict: 'needed',
      before: 'state ACTIVE, role MEMBER',
      after: 'deleted',
    })
    expect(await accounts.delete(userOf(id), call)).toBe('deleted')
    expect(server.tenant.user(id)).toBeUndefined()
    expect(await accounts.delete(userOf(id), call)).toBe('already-deleted')
    expect(writes(server)).toEqual(['UserDelete'])
  })

  it('is one write and no second look where nothing fails', async () => {
    const { server, accounts } = await setting()
    const { id } = server.tenant.users.find((user) => user.type === 'MANUAL' && user.role === 'MEMBER')!
    await accounts.delete(userOf(id), call)
    const operations = server.requests.map((request) => request.operation)
    expect(operations).toEqual(['UsersById', 'UserDelete'])
  })

  it('counts an unknown id as gone', async () => {
    const { server, accounts } = await setting()
    const gone = userOf(globalId('User', 999_999))
    expect(await accounts.planDelete(gone, call)).toMatchObject({ verdict: 'settled' })
    expect(await accounts.delete(gone, call)).toBe('already-deleted')
    expect(writes(server)).toEqual([])
  })

  it.each([globalId('Group', 12), 'no base64 at all', 'VXNlcjozTw==', 'VXNlcjo='])(
    'does not count %s as gone: it cannot be an id of this kind',
    async (id) => {
      const { server, accounts } = await setting()
      const refused = { verdict: 'refused', error: { code: 'not-found' } }
      expect(await accounts.planDelete(userOf(id), call)).toMatchObject(refused)
      await expect(accounts.delete(userOf(id), call)).rejects.toMatchObject({ code: 'not-found' })
      expect(writes(server)).toEqual([])
    },
  )

  it('deletes invited and disabled users, too', async () => {
    const { server, accounts } = await setting()
    for (const name of ['Hana', 'Kofi'])
      expect(await accounts.delete(userOf(person(server, name).id), call)).toBe('deleted')
  })

  it('refuses a user of the identity provider and names the place', async () => {
    const { server, accounts } = await setting()
    await expect(accounts.delete(userOf(person(server, 'Olu').id), call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining('identity provider') as string,
    })
    expect(writes(server)).toEqual([])
  })

  it('refuses the last active admin, though there are disabled ones', async () => {
    const { server, accounts } = await setting()
    const ada = userOf(person(server, 'Ada').id)
    expect(await accounts.planDelete(ada, call)).toMatchObject({ verdict: 'needed' })
    person(server, 'Bruno').role = 'MEMBER'
    await expect(accounts.delete(ada, call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining('the last active admin') as string,
    })
    expect(writes(server)).toEqual([])
  })

  it('refuses another type of resource', async () => {
    const { accounts } = await setting()
    const group = { type: 'group', id: globalId('Group', 12) }
    await expect(accounts.delete(group, call)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('sends no second time when the answer was lost and the user is gone', async () => {
    const { server, accounts } = await setting({ faults: [{ operation: 'UserDelete', kind: 'lost-answer', times: 1 }] })
    expect(await accounts.delete(userOf(person(server, 'Arjun').id), call)).toBe('deleted')
    expect(writes(server)).toEqual(['UserDelete'])
  })

  it('sends again when nothing was done', async () => {
    const { server, accounts } = await setting({ faults: [{ operation: 'UserDelete', kind: '500', times: 1 }] })
    expect(await accounts.delete(userOf(person(server, 'Arjun').id), call)).toBe('deleted')
    expect(writes(server)).toEqual(['UserDelete', 'UserDelete'])
  })

  it.each([
    ['401', 'unauthenticated'],
    ['403', 'permission-denied'],
  ] as const)('stops at the first %s with %s', async (kind, code) => {
    const { server, accounts } = await setting({ faults: [{ kind }] })
    await expect(accounts.delete(userOf(person(server, 'Arjun').id), call)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
  })

  it('says that a key without the level may not delete', async () => {
    const { server, accounts } = await setting({ faults: [{ operation: 'UserDelete', kind: '403' }] })
    await expect(accounts.delete(userOf(person(server, 'Arjun').id), call)).rejects.toMatchObject({
      code: 'permission-denied',
      detail: expect.stringContaining('needs the level Read & Write') as string,
    })
  })

  it('passes the server’s refusal on', async () => {
    const refusal = { operation: 'UserDelete', kind: 'ok-false', message: 'Not today.' } as const
    const { server, accounts } = await setting({ faults: [refusal] })
    await expect(accounts.delete(userOf(person(server, 'Arjun').id), call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: 'Twingate refused: Not today.',
    })
  })
})
