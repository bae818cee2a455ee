import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EDGE, edgeTenant } from './edge-tenant.ts'
import { globalId } from './global-id.ts'
import type { RunningTenant } from './start-tenant.ts'
import { startTenant } from './start-tenant.ts'
import { ask, type Page } from './ask.ts'
import { GROUP_USERS, GROUPS, USER_GROUPS, USERS } from './documents.ts'

interface Row {
  readonly id: string
}

let running: RunningTenant

beforeAll(async () => {
  running = await startTenant({ tenant: edgeTenant() })
})

afterAll(() => running.close())

/** Follows a list to its end; gives the rows and the number of pages. */
const readAll = async (read: (after: string | null) => Promise<Page<Row>>) => {
  const ids: string[] = []
  for (let after: string | null = null, pages = 1; ; pages += 1) {
    const page: Page<Row> = await read(after)
    ids.push(...page.edges.map((edge) => edge.node.id))
    if (!page.pageInfo.hasNextPage) return { ids, pages }
    after = page.pageInfo.endCursor
  }
}

describe('root lists', () => {
  test.each([
    [1, 230],
    [100, 3],
    [1000, 3],
  ])('users in pages of %i come in %i pages, each user once', async (first, wanted) => {
    const { ids, pages } = await readAll(async (after) => {
      const { data } = await ask<{ users: Page<Row> }>(running, USERS, { first, after, groups: 1 })
      return data.users
    })
    expect(ids).toEqual(running.tenant.users.map((user) => user.id))
    expect(pages).toBe(wanted)
  })

  test('a list without a size comes in fifties', async () => {
    const { data } = await ask<{ users: Page<Row> }>(running, '{ users { totalCount edges { node { id } } } }')
    expect(data.users.totalCount).toBe(EDGE.users)
    expect(data.users.edges).toHaveLength(50)
  })

  test('groups carry the true count of their members', async () => {
    const { data } = await ask<{ groups: Page<Row & { users: { totalCount: number } }> }>(running, GROUPS, { first: 1 })
    expect(data.groups.edges[0]?.node).toMatchObject({
      id: globalId('Group', 1),
      users: { totalCount: EDGE.largeGroupMembers },
      securityPolicy: { name: 'Default Policy' },
      createdAt: '2024-02-15T01:13:51.059059+00:00',
    })
  })
})

describe('nested lists', () => {
  test('a nested list is cut at 100 and says that there is more', async () => {
    const { data } = await ask<{ users: Page<{ groups: Page<Row> }> }>(running, USERS, { first: 3, groups: 1000 })
    const nested = data.users.edges.map((edge) => edge.node.groups)
    expect(nested.map((groups) => groups.edges.length)).toEqual([100, 100, 100])
    expect(nested.map((groups) => groups.pageInfo.hasNextPage)).toEqual([true, false, true])
  })

  test('a nested list without a size comes in fifties', async () => {
    const { data } = await ask<{ user: { groups: Page<Row> } }>(
      running,
      'query ($id: ID!) { user(id: $id) { groups { edges { node { id } } } } }',
      { id: globalId('User', 1) },
    )
    expect(data.user.groups.edges).toHaveLength(50)
  })

  test('the groups of one user are read to the end', async () => {
    const { ids, pages } = await readAll(async (after) => {
      const variables = { id: globalId('User', 1), first: 100, after }
      return (await ask<{ user: { groups: Page<Row> } }>(running, USER_GROUPS, variables)).data.user.groups
    })
    expect(new Set(ids)).toEqual(new Set(running.tenant.groups.map((group) => group.id)))
    expect(pages).toBe(3)
  })

  test('the users of one group are read to the end', async () => {
    const { ids, pages } = await readAll(async (after) => {
      const variables = { id: globalId('Group', 1), first: 100, after }
      return (await ask<{ group: { users: Page<Row> } }>(running, GROUP_USERS, variables)).data.group.users
    })
    expect(new Set(ids).size).toBe(EDGE.largeGroupMembers)
    expect(pages).toBe(3)
  })
})

describe('single objects', () => {
  test('an id that matches nothing gives null without errors', async () => {
    const reply = await ask(running, USER_GROUPS, { id: globalId('User', 9999), first: 1 })
    expect(reply).toMatchObject({ status: 200, data: { user: null } })
    expect(reply.text).not.toContain('errors')
  })

  test('an id that cannot be read gives an error', async () => {
    const reply = await ask(running, GROUP_USERS, { id: 'nonsense', first: 1 })
    expect(reply).toMatchObject({ status: 200, data: { group: null } })
    expect(reply.errors?.[0]?.message).toContain('Unable to parse global ID')
  })
})
