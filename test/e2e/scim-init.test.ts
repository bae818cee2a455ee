import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scimPlace, serveTenant, TOKEN } from '../support/scim/place.ts'
import { startProgram } from '../support/run-program.ts'

const people = [
  { id: 'e1', userName: 'ann@acme.example', email: 'ann@acme.example' },
  { id: 'e2', userName: 'bob@acme.example', email: 'bob@acme.example' },
]
const groups = { eng: { name: 'Rocket builders', members: ['e1'] } }

async function newPlace() {
  const tenant = await serveTenant(onTestFinished)
  const place = scimPlace(onTestFinished, { url: tenant.scimUrl })
  const { folder } = place
  place.write({ people, groups })
  const run = (...words: readonly string[]) =>
    startProgram(['scim', ...words], { cwd: folder, atEnd: onTestFinished }).ended
  const files = ['--people', 'people.csv', '--groups', 'groups.csv', '--members', 'members.csv']
  const init = (...words: readonly string[]) =>
    run('init', ...files, '--target', tenant.scimUrl, '--token-file', 'token', ...words)
  const writes = () => tenant.scimRequests.filter(({ method }) => method !== 'GET').length
  return { folder, run, init, writes, has: (name: string) => existsSync(join(folder, name)) }
}

test('both ends are tried, and what is written provisions the same as the flags', async () => {
  const { folder, run, init, writes } = await newPlace()
  const { code, stdout, stderr } = await init()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('Source: people.csv, groups.csv, members.csv: 2 users, 1 groups, 1 memberships')
  expect(stdout).toContain('answers as a SCIM server')
  expect(stdout).toContain('Wrote scim.yaml and scim.schema.json. Next: baton-twingate scim plan')
  expect(writes()).toBe(0)
  const text = readFileSync(join(folder, 'scim.yaml'), 'utf8')
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/scim\.schema\.json\n/)
  expect(text).not.toContain(TOKEN)
  expect(JSON.parse(readFileSync(join(folder, 'scim.schema.json'), 'utf8'))).toMatchObject({ title: 'scim.yaml' })
  const plan = await run('plan')
  expect(plan).toMatchObject({ code: 0, stderr: '' })
  expect(plan.stdout.split('\n')[0]).toBe('3 to create, 1 membership to add')
})

test('a file in another folder names its files from there', async () => {
  const { folder, run, init } = await newPlace()
  mkdirSync(join(folder, 'conf'))
  expect(await init('--config', 'conf/mine.yaml')).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(folder, 'conf/mine.yaml'), 'utf8')).toContain('people: "../people.csv"')
  expect(await run('plan', '--config', 'conf/mine.yaml')).toMatchObject({ code: 0, stderr: '' })
})

test('a file that is there is kept', async () => {
  const { folder, init } = await newPlace()
  writeFileSync(join(folder, 'scim.yaml'), 'mine')
  const { code, stderr } = await init()
  expect({ code, stderr }).toEqual({
    code: 6,
    stderr: expect.stringContaining(
      'scim.yaml is there already and is not overwritten; name another with --config, or move it away',
    ),
  })
  expect(readFileSync(join(folder, 'scim.yaml'), 'utf8')).toBe('mine')
})

test('nothing is written where an end does not work, or where nobody can be asked', async () => {
  const { folder, run, init, has } = await newPlace()
  writeFileSync(join(folder, 'token'), 'another')
  expect(await init()).toMatchObject({ code: 16 })
  writeFileSync(join(folder, 'people.csv'), 'externalId\n')
  expect((await init()).code).not.toBe(0)
  const unasked = await run('init')
  expect(unasked).toMatchObject({ code: 3 })
  expect(unasked.stderr).toContain(
    'nobody can be asked here, as standard input is no terminal; give --target, --token-file, and --people or --source',
  )
  expect(['scim.yaml', 'scim.schema.json'].map(has)).toEqual([false, false])
})
