import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningTenant, startTenant } from './start-tenant.ts'
import { matchesString } from './filters.ts'
import { ask, type Page } from './ask.ts'

let running: RunningTenant

beforeAll(async () => {
  running = await startTenant()
})

afterAll(() => running.close())

test.each([
  [{ eq: 'Support' }, true],
  [{ eq: 'support' }, false],
  [{ ieq: 'sUPPORT' }, true],
  [{ ne: 'Support' }, false],
  [{ startsWith: 'Sup' }, true],
  [{ endsWith: 'port' }, true],
  [{ contains: 'ppo' }, true],
  [{ contains: 'x' }, false],
  [{ regexp: '^S.*t$' }, true],
  [{ in: ['Finance', 'Support'] }, true],
  [{ in: [] }, false],
  [{ startsWith: 'Sup', endsWith: 'x' }, false],
])('the filter %j on "Support" gives %s', (filter, expected) => {
  expect(matchesString('Support', filter)).toBe(expected)
})

test('a missing value matches no operator', () => {
  expect(matchesString(null, { ne: 'x' })).toBe(false)
  expect(matchesString(null, {})).toBe(true)
})

test('users are found by address without regard to case', async () => {
  const { data } = await ask<{ users: Page<{ email: string }> }>(
    running,
    'query ($email: String!) { users(filter: { email: { ieq: $email } }) { totalCount edges { node { email } } } }',
    { email: 'NADIA.haddad@acme.example' },
  )
  expect(data.users).toEqual({ totalCount: 1, edges: [{ node: { email: 'Nadia.HADDAD@ACME.example' } }] })
})

test('users are found by role', async () => {
  const query = '{ users(filter: { role: { in: [ADMIN] } }) { edges { node { isAdmin role } } } }'
  const { data } = await ask<{ users: Page<unknown> }>(running, query)
  expect(data.users.edges).toEqual(Array.from({ length: 3 }, () => ({ node: { isAdmin: true, role: 'ADMIN' } })))
})

const groupNames = async (filter: string) => {
  const query = `{ groups(filter: ${filter}) { edges { node { name } } } }`
  const { data } = await ask<{ groups: Page<{ name: string }> }>(running, query)
  return data.groups.edges.map((edge) => edge.node.name)
}

test('groups are found by name, type and activity together', async () => {
  expect(await groupNames('{ type: { in: [SYSTEM] } }')).toEqual(['Everyone'])
  expect(await groupNames('{ isActive: { eq: false } }')).toEqual(['Old office', 'Left the directory'])
  expect(await groupNames('{ name: { eq: "Support" }, type: { in: [MANUAL] } }')).toEqual(['Support'])
})
