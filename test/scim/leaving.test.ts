import { expect, it } from 'vitest'
import { HEAD, openPlace, people, person } from './run-place.ts'

const alone = ['20', '21'].map((n) => `G${n},Team ${n}\n`).join('')

it('leaves alone who leaves, where that is asked for, and lists them in the plan', async () => {
  const { tenant, write, run } = await openPlace('on_leave: keep\n')
  await run('run', '--once')
  write('people.csv', people(19))
  expect((await run('plan', '--log-level', 'warn')).stdout).toContain('1 not provisioned')
  const before = tenant.scimRequests.length
  expect((await run('run', '--once')).code).toBe(0)
  expect(tenant.scimRequests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
  expect(tenant.tenant.users.filter(({ state }) => state === 'DISABLED')).toEqual([])
})

it('does not update or disable where that is switched off', async () => {
  const { tenant, write, run } = await openPlace('users: { actions: { update: false } }\n')
  await run('run', '--once')
  write('people.csv', HEAD + [...Array(19).keys()].map((n) => person(n, 'Anna')).join('') + person(40))
  expect((await run('run', '--once')).code).toBe(0)
  expect(tenant.tenant.users).toHaveLength(21)
  expect(tenant.tenant.users.filter(({ firstName }) => firstName === 'Anna')).toEqual([])
  expect(tenant.tenant.users.filter(({ state }) => state === 'DISABLED')).toEqual([])
})

it('leaves groups alone where they are switched off', async () => {
  const { tenant, write, run } = await openPlace('groups: { enabled: false }\n')
  write('groups.csv', `externalId,displayName\n${alone}`)
  write('members.csv', 'group,member\nG20,E1\n')
  write(
    'scim.yaml',
    `target: { url: '${tenant.scimUrl}', token_file: token }
source: { type: csv, people: people.csv, groups: groups.csv, members: members.csv }
state: state.db
groups: { enabled: false }
`,
  )
  expect((await run('run', '--once')).code).toBe(0)
  expect(tenant.tenant.users).toHaveLength(20)
  expect(tenant.tenant.groups.map(({ name }) => name)).not.toContain('Team 20')
})

it('matches everybody anew after the links are forgotten, and creates nobody twice', async () => {
  const { tenant, run } = await openPlace()
  await run('run', '--once')
  expect((await run('restart', '--reset', 'links')).code).toBe(0)
  const before = tenant.scimRequests.length
  expect((await run('run', '--once')).code).toBe(0)
  const after = tenant.scimRequests.slice(before)
  expect(after.length).toBeGreaterThan(0)
  expect(after.filter(({ method }) => method !== 'GET')).toEqual([])
  expect(tenant.tenant.users).toHaveLength(20)
})
