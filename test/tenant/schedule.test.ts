import { describe, expect, test } from 'vitest'
import { encodeCursor, PAGE_SIZES } from './connection.ts'
import { requestIdentity } from './request-identity.ts'
import { type Plan, Schedule } from './schedule.ts'
import { startTenant } from './start-tenant.ts'
import { Tenant } from './tenant.ts'
import { ask, type Page } from './ask.ts'
import { ADD_MEMBERS, GROUP_USERS, USERS } from './documents.ts'

const identify = (query: string, variables: object) =>
  requestIdentity(JSON.stringify({ query, variables }), PAGE_SIZES)!
const users = (offset: number, first = 100) =>
  identify(USERS, { first, after: offset === 0 ? null : encodeCursor(offset - 1), groups: 100 })

describe('the identity of a request', () => {
  test('is its operation and the page its cursor falls on', () => {
    expect(users(0)).toMatchObject({ operation: 'Users', page: 0, first: 100, mutation: false })
    expect(users(300)).toMatchObject({ page: 3 })
    expect(users(300, 50)).toMatchObject({ page: 6, first: 50 })
  })

  test('counts pages by the size the server gives, not the one asked for', () => {
    expect(users(300, 5000)).toMatchObject({ page: 3, first: 100 })
    expect(identify('query A($after: String) { x }', { after: encodeCursor(99) })).toMatchObject({ page: 2, first: 50 })
  })

  test('knows mutations and their root fields', () => {
    expect(identify(ADD_MEMBERS, {})).toMatchObject({
      operation: 'AddMembers',
      mutation: true,
      fields: ['groupUpdate'],
    })
  })

  test('prefers the operation name that was sent', () => {
    const body = JSON.stringify({ query: 'query A { x } mutation B { y }', operationName: 'B' })
    expect(requestIdentity(body, PAGE_SIZES)).toMatchObject({ operation: 'B', mutation: true })
  })

  test.each(['', 'null', '[]', '{}', '{"query":1}'])('the body %j has none', (body) => {
    expect(requestIdentity(body, PAGE_SIZES)).toBeUndefined()
  })
})

const kinds = (plan: Plan, requests: readonly ReturnType<typeof users>[]) => {
  const schedule = new Schedule(plan, new Tenant())
  return requests.map((request) => schedule.next(request).fault?.kind ?? '-')
}

describe('listed faults', () => {
  test('strike by page', () => {
    expect(kinds({ faults: [{ page: 1, kind: '500' }] }, [users(0), users(100), users(200)])).toEqual(['-', '500', '-'])
  })

  test('strike by operation', () => {
    expect(
      kinds({ faults: [{ operation: 'GroupUsers', kind: '500' }] }, [users(0), identify(GROUP_USERS, {})]),
    ).toEqual(['-', '500'])
  })

  test('strike by attempt; another page size is another attempt at the same', () => {
    const plan: Plan = { faults: [{ page: 0, attempt: 2, kind: '500' }] }
    expect(kinds(plan, [users(0), users(100), users(0, 50), users(0)])).toEqual(['-', '-', '500', '-'])
  })

  test('strike by variables', () => {
    const plan: Plan = { faults: [{ variables: { id: 'b' }, kind: '500' }] }
    expect(kinds(plan, [identify(GROUP_USERS, { id: 'a' }), identify(GROUP_USERS, { id: 'b' })])).toEqual(['-', '500'])
  })

  test('strike a given number of times', () => {
    expect(kinds({ faults: [{ times: 2, kind: '500' }] }, [users(0), users(0), users(0)])).toEqual(['500', '500', '-'])
  })

  test('go in the order of the list', () => {
    const plan: Plan = {
      faults: [
        { times: 1, kind: '500' },
        { times: 1, kind: '503' },
      ],
    }
    expect(kinds(plan, [users(0), users(0), users(0)])).toEqual(['500', '503', '-'])
  })
})

describe('every nth request', () => {
  test('gets the kinds in turn', () => {
    const plan: Plan = { every: { nth: 2, kinds: ['500', { kind: 'slow', delayMs: 1 }] } }
    const six = Array.from({ length: 6 }, (_, page) => users(page * 100))
    expect(kinds(plan, six)).toEqual(['-', '500', '-', 'slow', '-', '500'])
  })

  test('passes over kinds that cannot strike it', () => {
    const plan: Plan = { every: { nth: 1, kinds: ['ok-false', 'drop-rows'] } }
    const write = identify(ADD_MEMBERS, {})
    expect(kinds(plan, [users(0), write, write])).toEqual(['drop-rows', 'ok-false', 'ok-false'])
    expect(kinds({ every: { nth: 1, kinds: ['ok-false'] } }, [users(0)])).toEqual(['-'])
  })
})

const readUsers = async (plan: Plan, size = 100) => {
  const tenant = new Tenant()
  for (let number = 1; number <= 250; number += 1) tenant.addUser({ number })
  const running = await startTenant({ tenant, ...plan })
  try {
    const ids: string[] = []
    for (let after: string | null = null; ;) {
      const reply = await ask<{ users: Page<{ id: string }> }>(running, USERS, { first: size, after, groups: 1 })
      const page: Page<{ id: string }> = reply.data.users
      ids.push(...page.edges.map((edge) => Buffer.from(edge.node.id, 'base64').toString()))
      if (!page.pageInfo.hasNextPage) return { ids, total: page.totalCount }
      after = page.pageInfo.endCursor
    }
  } finally {
    await running.close()
  }
}

const insertFirst = (tenant: Tenant) => {
  const user = tenant.addUser({ number: 999 })
  tenant.users.unshift(...tenant.users.splice(tenant.users.indexOf(user), 1))
}

const removeFirst = (tenant: Tenant) => tenant.removeUser(tenant.users[0]!)

describe('changes between pages', () => {
  test('a user removed before the second page hides the row at its border', async () => {
    const { ids, total } = await readUsers({ changes: [{ when: { operation: 'Users', page: 1 }, apply: removeFirst }] })
    expect(total).toBe(249)
    expect(ids).toHaveLength(249)
    expect(ids).not.toContain('User:101')
  })

  test('a change after a page does not show in it', async () => {
    const { ids, total } = await readUsers({ changes: [{ when: { page: 2 }, at: 'after', apply: removeFirst }] })
    expect([ids.length, total]).toEqual([250, 250])
  })

  test('a change before a page shows in it', async () => {
    const { total } = await readUsers({ changes: [{ when: { page: 2 }, apply: removeFirst }] })
    expect(total).toBe(249)
  })

  test('a change happens once', async () => {
    const { total } = await readUsers({ changes: [{ when: { operation: 'Users' }, apply: removeFirst }] })
    expect(total).toBe(249)
  })

  test('an inserted user can make the same row come twice', async () => {
    const { ids } = await readUsers({ changes: [{ when: { page: 1 }, apply: insertFirst }] })
    expect(ids.filter((id) => id === 'User:100')).toHaveLength(2)
  })
})
