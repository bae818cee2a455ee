import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startProgram } from '../support/run-program.ts'

const PEOPLE = `externalId,userName,givenName,familyName,email,active,level
7,Ann@example.com,Ann,,ann@example.com,true,3
8,bob@example.com,Bob,Moor,bob@example.com,no,4
9,bob,Bob,More,bob@example.com,yes,5
`

const CONFIG = `target: { url: https://acme.twingate.com/api/scim/v2, token_file: nowhere }
source: { type: csv, people: people.csv }
scope:
  users: [{ name: high, all: [{ attribute: level, operator: greater than, value: 3 }] }]
users:
  mapping:
    - { target: externalId, source: '[externalId]' }
    - { target: userName, source: 'ToLower([userName])' }
    - { target: active, source: 'Not([IsSoftDeleted])' }
    - { target: name.familyName, source: '[familyName]', default: '?' }
    - { target: name.givenName, source: 'Redact(Left([givnName], 2))', apply: create }
`

function place(config = CONFIG) {
  const folder = mkdtempSync(join(tmpdir(), 'scim-map-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'people.csv'), PEOPLE)
  writeFileSync(join(folder, 'scim.yaml'), config)
  return (...words: readonly string[]) =>
    startProgram(['scim', 'map', ...words], { cwd: folder, atEnd: onTestFinished }).ended
}

test('the mappings are shown, and what they name wrongly; neither target nor token is needed', async () => {
  const { code, stdout, stderr } = await place()('--log-format', 'console')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Users, matched by externalId, then userName
  externalId       [externalId]
  userName         ToLower([userName])
  active           Not([IsSoftDeleted])
  name.familyName  [familyName]  (at a create "?" if the source gives no value)
  name.givenName   Redact(Left([givnName], 2))  (at a create only)

Groups, matched by externalId, then displayName
  externalId   [externalId]
  displayName  [displayName]
`,
  })
  expect(stderr).toContain(
    'people.csv gives no attribute givnName of users, so that it is empty for every user; did you mean givenName?',
  )
})

test('the way of each value of a person is told', async () => {
  const run = place(CONFIG.replace('givnName', 'givenName'))
  const { code, stdout, stderr } = await run('--explain', 'Ann@example.com')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`user 7 of people.csv
  is out of scope: no filter holds (high: not level greater than 3)
  is matched by externalId, then userName

externalId       7
  [externalId] = 7

userName         ann@example.com
  ToLower([userName])
  [userName] = Ann@example.com

active           false
  Not([IsSoftDeleted])
  [IsSoftDeleted] = True

name.familyName  ?  (at a create only)
  [familyName] is empty

name.givenName   [Redact]  (at a create only)
  Redact(Left([givenName], 2))
  [givenName] = [Redact]
`)
  const json = await run('--explain', '8', '--output', 'json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    id: '8',
    enabled: false,
    values: [{ path: 'externalId', value: '8' }, {}, { path: 'active', value: false }, {}, {}],
  })
})

test('who is not there, or there twice, is not explained', async () => {
  const run = place(CONFIG.replace('givnName', 'givenName'))
  expect(await run('--explain', 'nobody')).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('people.csv has no user nobody'),
  })
  expect(await run('--explain', 'bob@example.com')).toMatchObject({
    code: 9,
    stderr: expect.stringContaining('2 users of people.csv are called bob@example.com; name one by its id: 8, 9'),
  })
})
