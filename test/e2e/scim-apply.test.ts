import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PlanDocument } from '../../src/scim/plan/plan-document.ts'
import { scimPlace, serveTenant, TOKEN } from '../support/scim/place.ts'

const person = (id: string, userName: string) => ({ id, userName, email: userName })
const people = Array.from({ length: 30 }, (_, n) => person(`e${n}`, `person${n}@acme.example`))
const groups = { eng: { name: 'Rocket builders', members: people.slice(0, 12).map(({ id }) => id) } }

async function newPlace() {
  const tenant = await serveTenant(onTestFinished)
  const place = scimPlace(onTestFinished, { url: tenant.scimUrl })
  place.write({ people, groups })
  const writes = () => tenant.scimRequests.filter(({ method }) => method !== 'GET').length
  return { tenant, place, writes }
}

test('thirty people in a csv are planned, provisioned, and left alone by a second run', async () => {
  const { place, writes, tenant } = await newPlace()
  const plan = await place.run(['plan'])
  expect(plan.stderr).toBe('')
  expect(plan).toMatchObject({ code: 0 })
  expect(plan.stdout.split('\n')[0]).toBe('31 to create, 12 memberships to add')
  expect(writes()).toBe(0)

  const applied = await place.run(['apply', '--yes'])
  expect(applied).toMatchObject({ code: 0, stderr: '' })
  expect(applied.stdout).toContain('31 created, 12 memberships added')
  const made = [...tenant.tenant.users.values()].filter(({ email }) => email?.startsWith('person'))
  expect(made.map(({ type }) => type)).toEqual(people.map(() => 'SYNCED'))

  const before = writes()
  const again = await place.run(['apply', '--yes'])
  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).toContain('Nothing to do')
  expect(writes()).toBe(before)
})

test('a plan file is carried out as it is, and refused once the world has moved', async () => {
  const { place, writes } = await newPlace()
  expect(await place.run(['plan', '--out', 'plan.ndjson'])).toMatchObject({ code: 0 })
  expect(statSync(join(place.folder, 'plan.ndjson')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(place.folder, 'plan.ndjson'), 'utf8')).not.toContain(TOKEN)

  place.write({ people: [...people, person('late', 'late@acme.example')], groups })
  const moved = await place.run(['apply', 'plan.ndjson'])
  expect(moved).toMatchObject({ code: 9 })
  expect(moved.stderr).toContain('create user late@acme.example is new')
  expect(writes()).toBe(0)

  place.write({ people, groups })
  expect(await place.run(['apply', 'plan.ndjson'])).toMatchObject({ code: 0, stderr: '' })
  expect(writes()).toBeGreaterThan(30)

  const again = await place.run(['apply', 'plan.ndjson'])
  expect(again).toMatchObject({ code: 9 })
  expect(again.stderr).toContain('is not needed any more')
})

test('a plan for programs has the documented shape', async () => {
  const { place } = await newPlace()
  const { stdout } = await place.run(['plan', '--output', 'json'])
  const plan = PlanDocument.parse(JSON.parse(stdout))
  expect(plan.summary).toMatchObject({ create: 31, addMembers: 12 })
  expect(plan.operations.find(({ action }) => action === 'add-members')?.members).toHaveLength(12)
})

test('the page for whoever approves a plan is one file that loads nothing and shows names as text', async () => {
  const { place } = await newPlace()
  place.write({ people: [...people, person('x', '<img src=x onerror=alert(1)>@acme.example')], groups })
  expect(await place.run(['plan', '--html', 'plan.html'])).toMatchObject({ code: 0 })
  const page = readFileSync(join(place.folder, 'plan.html'), 'utf8')
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;@acme.example')
  expect(page).not.toMatch(/<img|https?:\/\/(?!127\.0\.0\.1)|src=(?!x)/)
})

test('without a terminal and without --yes nothing is changed', async () => {
  const { place, writes } = await newPlace()
  const ended = await place.run(['apply'])
  expect(ended).toMatchObject({ code: 9 })
  expect(ended.stderr).toContain('--yes')
  expect(writes()).toBe(0)
})

test('a refused token stops the run before anything is sent, in one sentence', async () => {
  const { place, writes } = await newPlace()
  writeFileSync(join(place.folder, 'token'), 'another-token\n')
  const ended = await place.run(['apply', '--yes'])
  expect(ended).toMatchObject({ code: 16, stdout: '' })
  expect(ended.stderr.trim().split('\n')).toHaveLength(1)
  expect(writes()).toBe(0)
})

test('too many leavers at once wait, and everybody else is provisioned', async () => {
  const { place, tenant } = await newPlace()
  await place.run(['apply', '--yes'])
  const stay = people.slice(0, 15)
  place.write({ people: [...stay, person('new', 'new@acme.example')], groups })
  const ended = await place.run(['apply', '--yes'])
  expect(ended).toMatchObject({ code: 9 })
  expect(ended.stdout).toContain('15 waiting for scim allow-deletes')
  const states = [...tenant.tenant.users.values()]
    .filter(({ email }) => email?.startsWith('person'))
    .map(({ state }) => state)
  expect(states).not.toContain('DISABLED')
  expect([...tenant.tenant.users.values()].some(({ email }) => email === 'new@acme.example')).toBe(true)
})

test('a row that cannot be read is named, and the run does not count as complete', async () => {
  const { place, writes } = await newPlace()
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0 })
  const before = writes()
  const file = join(place.folder, 'people.csv')
  const [head = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  writeFileSync(file, `${[head, ...rows.slice(0, -1), `${rows.at(-1)},one cell too many`].join('\n')}\n`)
  const ended = await place.run(['apply', '--yes'])
  expect(ended).toMatchObject({ code: 10 })
  expect(ended.stdout).toContain('people.csv, line 31')
  expect(ended.stdout).toContain('Nothing to do with what was read')
  expect(writes()).toBe(before)
})

test('a mistyped address of the target does not keep the state', async () => {
  const { place, tenant } = await newPlace()
  const wrong = ['--target', `${tenant.scimUrl}/v9`]
  expect(await place.run(['apply', '--yes'], wrong)).not.toMatchObject({ code: 0 })
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0, stderr: '' })
  expect(await place.run(['apply', '--yes'], wrong)).toMatchObject({ code: 9 })
})

test('a token with a sign that no token has is refused before anything is sent', async () => {
  const { place, tenant } = await newPlace()
  writeFileSync(join(place.folder, 'token'), 'half a token\n')
  const ended = await place.run(['plan'])
  expect(ended).toMatchObject({ code: 3 })
  expect(ended.stderr).toBe(
    'baton-twingate: configuration: --token-file: the token holds a blank or a sign that no token has; copy it again, and nothing else\n',
  )
  expect(tenant.scimRequests).toHaveLength(0)
})
