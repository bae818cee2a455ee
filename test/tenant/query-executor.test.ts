import { expect, test } from 'vitest'
import { PAGE_SIZES } from './connection.ts'
import { demoTenant } from './demo-tenant.ts'
import { executeQuery } from './query-executor.ts'
import { graphqlEndpoint } from './graphql-endpoint.ts'
import { parse } from './graphql.ts'
import { globalId } from './global-id.ts'
import { tenantSchema } from './tenant-schema.ts'
import { ADD_MEMBERS, GROUP_USERS, GROUPS, USER_GROUPS, USERS } from './documents.ts'

const tenant = demoTenant()
const fast = graphqlEndpoint(tenant, { sizes: PAGE_SIZES })
const general = graphqlEndpoint(tenant, { sizes: PAGE_SIZES, fast: false })
const schema = tenantSchema(tenant, PAGE_SIZES)
const execute = (document: string, variableValues: Record<string, unknown> = {}) =>
  executeQuery({ schema, document: parse(document), variableValues })

const queries: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['users', USERS, { first: 100, groups: 100 }],
  ['groups', GROUPS, { first: 100 }],
  ['groups of a user', USER_GROUPS, { id: globalId('User', 101), first: 2 }],
  ['users of a group', GROUP_USERS, { id: globalId('Group', 12), first: 3 }],
  ['a missing user', USER_GROUPS, { id: globalId('User', 9), first: 3 }],
  [
    'fragments',
    '{ ...R } fragment R on QueriesRoot { groups(first: 1) { ... on GroupConnection { totalCount } } }',
    {},
  ],
  ['aliases and merging', '{ a: users(first: 1) { totalCount } a: users(first: 1) { edges { cursor } } }', {}],
  ['directives', 'query ($no: Boolean!) { users { totalCount @skip(if: $no) __typename } }', { no: true }],
  ['policies', '{ securityPolicies { edges { node { id name policyType groups { totalCount } } } } }', {}],
]

test.each(queries)('%s: both executors give the same bytes', async (_, query, variables) => {
  const body = JSON.stringify({ query, variables })
  expect((await fast(body)).body).toBe((await general(body)).body)
  expect(execute(query, variables)?.data).toBeDefined()
})

test.each([
  ['a mutation', ADD_MEMBERS, { id: 'x', users: [] }],
  ['introspection', '{ __schema { queryType { name } } }', {}],
  ['a wrong variable', USERS, { first: 'x', groups: 1 }],
  ['an error on the way', USER_GROUPS, { id: 'unreadable', first: 1 }],
])('%s is left to the general executor', (_, query, variables) => {
  expect(execute(query, variables)).toBeUndefined()
})

test('the endpoint answers introspection', async () => {
  const { body } = await fast(JSON.stringify({ query: '{ __schema { mutationType { name } } }' }))
  expect(JSON.parse(body)).toEqual({ data: { __schema: { mutationType: { name: 'MutationsRoot' } } } })
})

test('a value outside an enum passes through both executors', async () => {
  const body = JSON.stringify({ query: '{ users { edges { node { role } } } }' })
  for (const endpoint of [fast, general]) expect((await endpoint(body)).body).toContain('"HELPDESK"')
})
