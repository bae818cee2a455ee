import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scimPlace, serveTenant } from '../support/scim/place.ts'

import { startProgram } from '../support/run-program.ts'

const people = ['ada', 'bob', 'cy', 'off'].map((id) => ({
  id,
  userName: `${id}@demand.example`,
  email: `${id}@demand.example`,
  active: id !== 'off',
}))
const groups = { eng: { name: 'Demand Eng', members: ['ada', 'bob', 'cy'] } }

interface Shown {
  readonly kind: string
  readonly name: string
  readonly action: string
  readonly status: string
  readonly reason: string
  readonly steps: readonly { readonly step: string; readonly status: string; readonly description: string }[]
  readonly changes: readonly { readonly path: string; readonly after?: unknown }[]
}
type Document = Shown & {
  readonly users: readonly Shown[]
  readonly notes: readonly string[]
  readonly dryRun: boolean
  readonly error?: { readonly code: string }
}

async function newPlace() {
  const tenant = await serveTenant(onTestFinished)
  const place = scimPlace(onTestFinished, { url: tenant.scimUrl })
  place.write({ people, groups })
  const demand = async (...words: readonly string[]) => {
    const ended = await place.run(['on-demand', ...words, '--output', 'json'])
    return { ...ended, shown: JSON.parse(ended.stdout) as Document }
  }
  const users = () =>
    tenant.tenant.users.flatMap(({ email }) => (email?.endsWith('@demand.example') ? email : [])).sort()
  const members = () => {
    const group = [...tenant.tenant.groups].find(({ name }) => name === 'Demand Eng')
    return tenant.tenant.users
      .filter(({ groups: all }) => [...all].some(({ id }) => id === group?.id))
      .flatMap(({ email }) => email ?? [])
      .sort()
  }
  const writes = () => tenant.scimRequests.filter(({ method }) => method !== 'GET').length
  return { tenant, place, demand, users, members, writes }
}

const FIVE = ['import', 'scope', 'match', 'map', 'act']

test('one user goes through five steps, alone, and a second time nothing is to be done', async () => {
  const { demand, users, writes } = await newPlace()
  const { code, shown, stderr } = await demand('ada@demand.example')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(shown).toMatchObject({
    ...{ version: 1, dryRun: false, kind: 'user', sourceId: 'ada', action: 'create', status: 'success' },
    ...{ users: [], notes: [] },
  })
  expect(shown.steps.map(({ step }) => step)).toEqual(FIVE)
  expect(shown.changes).toContainEqual({ path: 'userName', after: 'ada@demand.example' })
  expect(users()).toEqual(['ada@demand.example'])
  const again = await demand('ada')
  expect(again.shown).toMatchObject({
    status: 'skipped',
    reason: 'nothing to do: the target is as the source wants it',
  })
  expect(again.shown.steps.map(({ step }) => step)).toEqual(FIVE)
  expect(writes()).toBe(1)
})

test('people read the five steps, and what changed', async () => {
  const { place } = await newPlace()
  const { code, stdout } = await place.run(['on-demand', 'bob'])
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(0, 6)).toEqual([
    'user bob@demand.example: create, success',
    expect.stringMatching(/^ {2}import {2}success {2}read from people\.csv/),
    '  scope   success  in scope',
    '  match   success  created by this engine',
    expect.stringMatching(/^ {2}map {5}success {2}\d attributes mapped$/),
    '  act     success  create: in scope, and the target has no such user',
  ])
  expect(stdout).toContain('    userName: nothing → "bob@demand.example"\n')
  const log = await startProgram(['scim', 'log', '--state', 'state.db', '--output', 'json'], {
    cwd: place.folder,
    atEnd: onTestFinished,
  }).ended
  expect(JSON.parse(log.stdout)).toMatchObject({ initiatedBy: 'on-demand', status: 'success' })
})

test('a group with a named member gets that one membership, and alone those of all who are provisioned', async () => {
  const { demand, users, members, place } = await newPlace()
  const first = await demand('Demand Eng', 'bob')
  expect(first.code).toBe(0)
  expect([first.shown, ...first.shown.users].map(({ kind, action }) => [kind, action])).toEqual([
    ['group', 'create'],
    ['user', 'create'],
  ])
  expect(first.shown.steps.map(({ step }) => step)).toEqual(FIVE)
  expect([users(), members()]).toEqual([['bob@demand.example'], ['bob@demand.example']])
  await demand('cy')
  expect(members()).toEqual(['bob@demand.example'])
  expect((await demand('eng')).code).toBe(0)
  expect(members()).toEqual(['bob@demand.example', 'cy@demand.example'])
  // A full cycle afterwards does the rest, and doubles nothing.
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0 })
  expect(users()).toEqual(['ada@demand.example', 'bob@demand.example', 'cy@demand.example'])
  // Who is no member any more leaves, and no other.
  place.write({ people, groups: { eng: { name: 'Demand Eng', members: ['ada'] } } })
  const left = await demand('eng', 'bob')
  expect(left.shown.notes).toEqual(['bob is no direct member of eng at the source'])
  expect(members()).toEqual(['ada@demand.example', 'cy@demand.example'])
})

test('a dry run shows the steps, and changes neither the target nor the state', async () => {
  const { demand, writes, place } = await newPlace()
  const { code, shown } = await demand('ada', '--dry-run')
  expect(code).toBe(0)
  expect(shown).toMatchObject({ action: 'create', status: 'skipped', dryRun: true })
  expect(shown.steps.at(-1)?.description).toMatch(/^not done in a dry run: create/)
  expect(writes()).toBe(0)
  expect(existsSync(join(place.folder, 'state.db'))).toBe(false)
})

test('who is nobody, or disabled and not there, is told so', async () => {
  const { demand, users, place } = await newPlace()
  const nobody = await demand('nobody')
  expect(nobody).toMatchObject({ code: 5, shown: { error: { code: 'not-found' } } })
  expect(nobody.stderr).toBe('baton-twingate: provision on demand: people.csv has no user or group nobody\n')
  expect((await demand('eng', 'nobody')).stderr).toContain('people.csv has no user nobody')
  expect(await demand('off')).toMatchObject({
    code: 0,
    shown: { status: 'skipped', reason: 'disabled at the source' },
  })
  expect(users()).toEqual([])
  expect((await demand('eng', 'a', 'b', 'c', 'd', 'e', 'f')).code).toBe(3)
  // Half a file proves nothing about who is not in it, and takes nobody out of a group.
  appendFileSync(join(place.folder, 'people.csv'), '"broken')
  expect(await demand('nobody')).toMatchObject({ code: 9 })
})

test('who left the source half read stays a member', async () => {
  const { demand, members, place } = await newPlace()
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0 })
  place.write({ people, groups: { eng: { name: 'Demand Eng', members: ['ada'] } } })
  appendFileSync(join(place.folder, 'members.csv'), 'eng\n')
  expect(await demand('eng', '--kind', 'group')).toMatchObject({ code: 10 })
  expect(members()).toEqual(['ada@demand.example', 'bob@demand.example', 'cy@demand.example'])
})

test('what waits for allow-deletes still waits afterwards', async () => {
  const { place, demand } = await newPlace()
  const many = Array.from({ length: 30 }, (_, n) => ({ id: `m${n}`, userName: `m${n}@demand.example` }))
  place.write({ people: [...people, ...many], groups })
  await place.run(['apply', '--yes'])
  place.write({ people, groups })
  expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 9 })
  expect((await demand('ada')).code).toBe(0)
  const allowed = await startProgram(['scim', 'allow-deletes', '--state', 'state.db'], {
    cwd: place.folder,
    atEnd: onTestFinished,
  }).ended
  expect(allowed.stdout + allowed.stderr).toContain('30 objects may be disabled or deleted')
})
