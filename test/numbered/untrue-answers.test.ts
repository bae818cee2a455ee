import { expect, it } from 'vitest'
import { createPlace, KEY, settingsFor } from '../support/place.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { exampleTenant } from '../tenant/example-tenant.ts'
import type { FilterHabits } from '../tenant/filters.ts'
import type { Habits } from '../tenant/habits.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import { editSnapshot } from './edit-snapshot.ts'

type AtEnd = Parameters<typeof createPlace>[0]

/** A place with the people of the examples, or another tenant, that takes changes. */
async function changeable(atEnd: AtEnd, options: TenantOptions = {}) {
  const place = createPlace(atEnd)
  const server = await place.serve({ tenant: exampleTenant(), keys: { [KEY]: 'provision' }, ...options })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  const grace = server.tenant.users[1]!
  return { place, server, run, tenant: server.tenant, grace, writes: () => server.counts().writes }
}

/** The program's clock stands at this moment when it starts. */
function clockAt(moment: string): Readonly<Record<string, string>> {
  const script = `
    const Real = Date, ahead = Real.parse('${moment}') - Real.now()
    globalThis.Date = class extends Real {
      constructor(...args) { args.length === 0 ? super(Real.now() + ahead) : super(...args) }
      static now() { return Real.now() + ahead }
    }`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` }
}

const BERLIN = 'Europe/Berlin'

it.concurrent.for([
  ['time zones', { TZ: 'Asia/Tokyo' }, { TZ: 'UTC' }],
  ['a clock that was set back', clockAt('2026-11-30T12:00:00Z'), clockAt('2026-11-30T11:00:00Z')],
  [
    'the repeated hour of autumn',
    { TZ: BERLIN, ...clockAt('2026-10-25T00:50:00Z') },
    { TZ: BERLIN, ...clockAt('2026-10-25T01:10:00Z') },
  ],
] as const)('1: readers show the later sync, across %s', async ([, first, second], { onTestFinished }) => {
  const place = createPlace(onTestFinished)
  const server = await place.serve()
  const env = settingsFor(server.baseUrl)
  expect(await place.run([], { env: { ...env, ...first } })).toMatchObject({ code: 0 })
  const { id } = server.tenant.addUser()
  expect(await place.run([], { env: { ...env, ...second } })).toMatchObject({ code: 0 })
  expect({ code: 0, shown: readSnapshot(place.file).resources.includes(`user:${id}`) }).toEqual({
    code: 0,
    shown: true,
  })
})

it.concurrent('1: readers show the later sync, after one whose times carry Z', async ({ onTestFinished }) => {
  const place = createPlace(onTestFinished)
  const server = await place.serve()
  const env = settingsFor(server.baseUrl)
  expect(await place.run([], { env })).toMatchObject({ code: 0 })
  editSnapshot(
    place.file,
    "update v1_sync_runs set ended_at = replace(substr(ended_at, 1, 19), ' ', 'T') || 'Z', started_at = replace(substr(started_at, 1, 19), ' ', 'T') || 'Z'",
  )
  const { id } = server.tenant.addUser()
  expect(await place.run([], { env })).toMatchObject({ code: 0 })
  expect({ code: 0, shown: readSnapshot(place.file).resources.includes(`user:${id}`) }).toEqual({
    code: 0,
    shown: true,
  })
})

it.concurrent.for<readonly [string, string, FilterHabits]>([
  ['blanks at its end', 'Ops ', { trims: true }],
  ['another form of its letters', 'Équipe'.normalize('NFD'), { normalizes: 'NFC' }],
  ['capitals', 'PLATFORM', { lowers: true }],
])('3: a revoke takes the membership of a group with %s', async ([, name, filters], { onTestFinished }) => {
  const { run, tenant, grace } = await changeable(onTestFinished, { habits: { filters } })
  const group = tenant.addGroup({ name })
  tenant.addMember(group, grace)
  const { stdout } = await run('revoke', group.id, grace.id)
  expect({ told: stdout.split(' ')[0], member: group.users.includes(grace) }).toEqual({
    told: 'revoked',
    member: false,
  })
})

const id = (text: string): string => Buffer.from(text).toString('base64')

it.concurrent.for([
  [['revoke', 'Engineering', id('User:3O')]],
  [['revoke', id('Group:2a'), 'grace@acme.example']],
  [['account', 'delete', id('User:3O')]],
  [['account', 'delete', id('User:12a')]],
  [['--delete-resource', id('User:'), '--delete-resource-type', 'user']],
  [['group', 'delete', id('Group:2a')]],
] as const)('4: an id that cannot be read is not gone already: %j', async ([args], { onTestFinished }) => {
  const { run, writes } = await changeable(onTestFinished)
  const { code, stdout } = await run(...args)
  expect({ code, told: stdout.split(' ')[0], writes: writes() }).not.toMatchObject({ code: 0 })
  expect([code, writes()]).toEqual([5, 0])
})

it.concurrent('5: one command makes one group where a 504 comes before the group', async ({ onTestFinished }) => {
  let aheadMs = 0
  const { run, tenant } = await changeable(onTestFinished, {
    faults: [{ operation: 'GroupCreate', kind: 'late-504', lateMs: 4_000, times: 1 }],
    now: () => Date.now() + aheadMs,
  })
  const { code } = await run('group', 'create', 'Auditors')
  // The late group comes with the first request that is late enough.
  aheadMs = 60_000
  await run('validate')
  expect({ code, groups: tenant.groups.filter(({ name }) => name === 'Auditors').length }).toEqual({
    code: 0,
    groups: 1,
  })
})

it.concurrent('7: a key that is an ordinary word leaves that word in sentences', async ({ onTestFinished }) => {
  const { place, server } = await changeable(onTestFinished)
  const env = { ...settingsFor(server.baseUrl), BATON_API_KEY: 'wrong' }
  const { code, stderr } = await place.run(['validate'], { env })
  expect({ code, sentence: /the API key was refused.*(?=, disabled)/.exec(stderr)?.[0] }).toEqual({
    code: 16,
    sentence: 'the API key was refused (401): it is wrong',
  })
})

const django: Habits = { filters: { trims: true, skipsEmpty: true } }

it.concurrent('8: a group is not taken for one with another name', async ({ onTestFinished }) => {
  const { run, tenant, grace } = await changeable(onTestFinished, { habits: django })
  const ops = tenant.addGroup({ name: 'Ops' })
  const { code } = await run('grant', 'Ops ', grace.id)
  expect({ code, members: ops.users.length }).toEqual({ code: 5, members: 0 })
})

it.concurrent('8: a last name is not taken for the full name of somebody', async ({ onTestFinished }) => {
  const { run, tenant } = await changeable(onTestFinished, { habits: django })
  const ops = tenant.addGroup({ name: 'Ops' })
  tenant.addUser({ firstName: 'Eva', lastName: 'Nagy', email: 'eva@acme.example' })
  const { code } = await run('grant', 'Ops', 'Nagy')
  expect({ code, members: ops.users.length }).toEqual({ code: 5, members: 0 })
})

it.concurrent('8: the one who is called so is not ambiguous', async ({ onTestFinished }) => {
  const { run, tenant } = await changeable(onTestFinished, { habits: django })
  const ops = tenant.addGroup({ name: 'Ops' })
  const solo = tenant.addUser({ firstName: '', lastName: 'Solo', email: 'solo@acme.example' })
  tenant.addUser({ firstName: 'Pat', lastName: 'Solo', email: 'pat@acme.example' })
  const { code } = await run('grant', 'Ops', 'Solo')
  expect({ code, members: ops.users.map(({ email }) => email) }).toEqual({ code: 0, members: [solo.email] })
})

it.concurrent('8: a cell of a file names what it says, blanks included', async ({ onTestFinished }) => {
  const { place, run, tenant, grace } = await changeable(onTestFinished)
  const ops = tenant.addGroup({ name: 'Ops' })
  const file = place.input('changes.csv', `operation,target,user\ngrant,"Ops ",${grace.id}\n`)
  const { code } = await run('apply', '--from', file)
  expect({ code: code === 0, members: ops.users.length }).toEqual({ code: false, members: 0 })
})

it.concurrent.for(["Field 'id' expected a number but got '3O'", 'Must receive a User id', 'Incorrect padding'])(
  '9: an id that the API refuses with "%s" is named, with exit code 5',
  async (words, { onTestFinished }) => {
    const { run } = await changeable(onTestFinished, { habits: { unreadableId: words } })
    const { code, stderr } = await run('--sync-resources', `bid:r:user/${id('User:3O')}`)
    expect({ code, named: stderr.includes(id('User:3O')) }).toEqual({ code: 5, named: true })
  },
)
