import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { ACME } from '../../support/readers/acme.ts'
import type { MadeSync } from '../../support/readers/make-snapshot.ts'
import { junitProblems, sarifProblems } from '../../support/schema-judges.ts'
import { fileOf, newFolder, read } from './fixture.ts'

const FINDINGS = z.object({
  cases: z.number(),
  passed: z.number(),
  findings: z.array(
    z.object({ rule: z.string(), message: z.string(), test: z.string().nullable(), line: z.number().nullable() }),
  ),
})

const rulesOf = (text: string): string => {
  const path = join(newFolder(), 'rules.yaml')
  writeFileSync(path, text)
  return path
}

/** Findings of the tests in a text of rules, without the built-in rules. */
async function found(text: string, sync: MadeSync = ACME, ...argv: readonly string[]) {
  const { code, stdout, stderr } = await read(
    fileOf(sync),
    'check',
    rulesOf(text),
    '--skip-rules',
    'all',
    '--output',
    'json',
    ...argv,
  )
  const { findings } = FINDINGS.parse(stdout === '' ? { cases: 0, passed: 0, findings: [] } : JSON.parse(stdout))
  return { code, stderr, messages: findings.map(({ message }) => message), findings }
}

const builtIn = async (sync: MadeSync, ...argv: readonly string[]) => {
  const { code, stdout } = await read(fileOf(sync), 'check', '--output', 'json', ...argv)
  return { code, found: FINDINGS.parse(JSON.parse(stdout)).findings.map(({ rule, message }) => `${rule}: ${message}`) }
}

describe('a file of rules', () => {
  it('is refused where it is a fifo, which nobody may ever write into', async () => {
    const fifo = join(newFolder(), 'rules.yaml')
    execFileSync('mkfifo', [fifo])
    expect(await read(fileOf(ACME), 'check', fifo)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('this is no file') as string,
    })
  })
})

describe('tests of rules', () => {
  it('pass with exit code 0 where everybody reaches what they must and nothing else', async () => {
    const { code, messages, stderr } = await found(`
tests:
  - src: ada@acme.example
    accept: [db, wiki, Engineering]
    deny: lonely
    exactly: [db, wiki]
    types: resource
  - src: { name: Everyone, type: group }
    accept: { name: wiki, entitlement: access }
    deny: { name: wiki, entitlement: edit }
`)
    expect([code, messages, stderr]).toEqual([0, [], '2 tests, 0 built-in rules: nothing found\n'])
  })

  it('tell who does not reach what, who reaches what is denied, by which path, and what else, with the line of the test', async () => {
    const { code, findings } = await found(`tests:
  - name: production
    src: group:eng
    accept: lonely
    deny: { tag: env=prod }

  - src: user:zoe2
    exactly: [lonely]
`)
    expect(code).toBe(10)
    expect(findings.map(({ rule, message, test, line }) => [rule, message, test, line])).toEqual([
      ['accept', 'Ada <Ada@Acme.example> does not reach resource lonely', 'production', 2],
      ['deny', 'Ada <Ada@Acme.example> reaches group Engineering: Ada → group Engineering', 'production', 2],
      ['deny', 'Ada <Ada@Acme.example> reaches resource db: Ada → group Engineering → resource db', 'production', 2],
      ['accept', 'Bob <bob@acme.example> does not reach resource lonely', 'production', 2],
      ['deny', 'Bob <bob@acme.example> reaches group Engineering: Bob → group Engineering', 'production', 2],
      ['deny', 'Bob <bob@acme.example> reaches resource db: Bob → group Engineering → resource db', 'production', 2],
      ['accept', 'Zoe Papadaki <zoe@acme.example> does not reach resource lonely', 'production', 2],
      [
        'deny',
        'Zoe Papadaki <zoe@acme.example> reaches group Engineering: Zoe Papadaki → group Engineering (owner)',
        'production',
        2,
      ],
      ['exactly', 'Zoe Papadaki <zoe.2@acme.example> does not reach resource lonely', 'test 2', 7],
      [
        'exactly',
        'Zoe Papadaki <zoe.2@acme.example> also reaches group Everyone (member): Zoe Papadaki → group Everyone',
        'test 2',
        7,
      ],
      [
        'exactly',
        'Zoe Papadaki <zoe.2@acme.example> also reaches resource wiki (access): Zoe Papadaki → group Everyone → resource wiki',
        'test 2',
        7,
      ],
    ])
  })

  it.each([
    ['2026-01-31', []],
    ['2026-02-01', ['Ada <Ada@Acme.example> does not reach resource db: access is over 2026-02-01T00:00:00.000Z']],
  ])('at %s count what is not over by then', async (at, messages) => {
    expect((await found(`tests: [{src: ada, accept: db, at: ${at}}]`)).messages).toEqual(messages)
  })

  it('keep to findings about what has a tag', async () => {
    const rules = 'tests: [{src: ada, deny: [db, wiki]}]'
    expect((await found(rules, ACME, '--tag', 'env=prod')).messages).toEqual([
      expect.stringContaining('reaches resource db'),
    ])
    expect((await found(rules, ACME, '--tag', 'env=stage')).code).toBe(0)
  })

  it('fail where a name, a tag, a type or an entitlement is nothing, each told with its line, and still report the others', async () => {
    const { code, stderr, messages } = await found(`tests:
  - src: adda
    accept: db
  - src: ada
    deny: [{tag: tier=0}, {name: wiki, entitlement: own}, db]
    types: app
  - src: ada
    deny: db
`)
    expect([code, messages]).toEqual([5, [expect.stringContaining('reaches resource db')]])
    for (const text of [
      'rules.yaml:2: test 1: there is no user, group, role or resource "adda"',
      'rules.yaml:4: test 2: nothing in the file has the tag "tier=0"',
      'has no entitlement "own"; there are access, edit',
      'there is no type "app"',
    ])
      expect(stderr).toContain(text)
    expect((await found('tests: [{src: Zoe Papadaki, accept: db}]')).code).toBe(3)
  })

  it('prove nothing by looking at nobody', async () => {
    const { code, messages } = await found('tests: [{src: Nobody yet, accept: db}, {src: Nobody yet, deny: db}]')
    expect([code, messages]).toEqual([10, ['nobody holds what src names, so that the test looks at nobody']])
  })

  it.each([
    ['tests: [{src: ada}]', 'line 1: tests.0 a test needs accept, deny or exactly'],
    ['tests:\n  - src: ada\n    acept: db\n', 'line 2: tests.0'],
    ['tests:\n  - src: ada\n    accept: db\n    at: soon\n', 'line 4: tests.0.at must be a day'],
    ['rules:\n  empty-groups: false\n', 'line 2'],
    ['rules: {standing-access: true}', 'standing-access: it needs a number of days'],
    ['tests: [', 'not valid YAML'],
    ['', 'it holds neither tests nor rules'],
  ])('are refused with the line where the file is wrong: %j', async (text, said) => {
    const { code, stdout, stderr } = await read(
      fileOf(ACME),
      'check',
      rulesOf(text),
      ...(text.startsWith('rules: {') ? [] : ['--skip-rules', 'all']),
    )
    expect([code, stderr]).toEqual([3, expect.stringContaining(said)])
    if (!text.startsWith('rules: {')) expect(stdout).toBe('')
  })

  it('take a snapshot among the files in place of -f, and name a file that is not there', async () => {
    const rules = rulesOf('tests: [{src: ada, deny: db}]')
    expect((await read('', 'check', rules, fileOf(ACME), '--skip-rules', 'all')).code).toBe(10)
    expect((await read(fileOf(ACME), 'check', rules, fileOf(ACME))).code).toBe(3)
    expect((await read(fileOf(ACME), 'check', '/nowhere/rules.yaml')).code).toBe(5)
  })
})

const RISKY: MadeSync = {
  ...ACME,
  things: [
    ...(ACME.things ?? []),
    { id: 'group:eng2', name: 'ENGINEERING' },
    { id: 'group:copy', name: 'Copy of everyone' },
    { id: 'key:old', name: 'old key', expiresAt: '2024-04-01T00:00:00Z' },
    { id: 'key:near', name: 'near key', expiresAt: '2024-04-20T00:00:00Z' },
    { id: 'key:far', name: 'far key', expiresAt: '2025-04-20T00:00:00Z' },
    { id: 'key:off', name: 'key that is off', expiresAt: '2024-04-20T00:00:00Z', status: 'disabled' },
  ],
  entitlements: { ...ACME.entitlements, 'group:eng2': ['member'], 'group:copy': ['member'] },
  grants: [
    ...(ACME.grants ?? []),
    { on: 'group:copy:member', to: 'group:eng' },
    { on: 'group:copy:member', to: 'user:zoe2' },
    { on: 'resource:wiki:access', to: 'group:copy' },
  ],
}

describe('built-in rules', () => {
  it('find the disabled who are members, the last administrator, one without a second factor, empty and doubled groups, keys near their end', async () => {
    const { code, found: all } = await builtIn(RISKY)
    expect(code).toBe(10)
    expect(all).toEqual([
      'disabled-member: Bob <bob@acme.example> is disabled and still holds group Engineering (member)',
      'last-admin: Ada <Ada@Acme.example> is the only one who holds role Network Admin (member) and can come in',
      'admin-without-mfa: Ada <Ada@Acme.example> holds role Network Admin (member), and the file does not say whether a second factor is on',
      'empty-group: group Nobody yet has no members',
      'empty-group: group ENGINEERING has no members',
      'duplicate-group: group Engineering (group:eng), group ENGINEERING (group:eng2) have the same name',
      'duplicate-group: group Everyone (group:all), group Copy of everyone (group:copy) have the same members and the same access',
      'key-expiry: key old key expired at 2024-04-01T00:00:00.000Z',
      'key-expiry: key near key expires at 2024-04-20T00:00:00.000Z, in 14 days',
    ])
  })

  it('find nothing where all is as it should be', async () => {
    const things = (ACME.things ?? [])
      .filter(({ id }) => id !== 'group:none')
      .map((thing) =>
        thing.id === 'user:bob'
          ? { ...thing, status: 'enabled' as const }
          : thing.id.startsWith('user:')
            ? { ...thing, mfa: true }
            : thing,
      )
    const grants = [...(ACME.grants ?? []), { on: 'role:admin:member', to: 'user:zoe1' }]
    expect(await builtIn({ ...ACME, things, grants })).toEqual({ code: 0, found: [] })
  })

  it('are left out, and leave out, as the rules say', async () => {
    const rules = rulesOf(
      'rules: {disabled-member: {except: [bob@acme.example]}, last-admin: false, admin-without-mfa: {except: Network Admin}, duplicate-group: false, key-expiry: 3}',
    )
    const { found: all } = await builtIn(RISKY, rules, '--skip-rules', 'empty-group')
    expect(all).toEqual(['key-expiry: key old key expired at 2024-04-01T00:00:00.000Z'])
    expect((await read(fileOf(RISKY), 'check', rulesOf('rules: {empty-group: {except: Nobody}}'))).code).toBe(5)
  })

  it('find access that stands for long by an older sync of the file, and by what the connector says', async () => {
    const old: MadeSync = {
      ...ACME,
      id: 'old',
      startedAt: '2025-06-01 00:00:00',
      endedAt: '2025-06-01 00:00:00',
      grants: [{ on: 'group:all:member', to: 'user:zoe2' }],
    }
    const now: MadeSync = {
      ...ACME,
      grants: [
        ...(ACME.grants ?? []),
        { on: 'resource:wiki:edit', to: 'user:zoe1', metadata: { granted_at: '2025-01-01T00:00:00Z' } },
      ],
    }
    const { stdout } = await read(
      fileOf(old, now),
      'check',
      rulesOf('rules: {standing-access: 90}'),
      '--output',
      'json',
    )
    expect(
      FINDINGS.parse(JSON.parse(stdout))
        .findings.filter(({ rule }) => rule === 'standing-access')
        .map(({ message }) => message),
    ).toEqual([
      'Zoe Papadaki <zoe.2@acme.example> holds group Everyone (member) without an end since 2025-06-01T00:00:00.000Z or longer',
      'Zoe Papadaki <zoe@acme.example> holds resource wiki (edit) without an end since 2025-01-01T00:00:00.000Z or longer',
    ])
  })
})

const HOSTILE: MadeSync = {
  ...ACME,
  things: (ACME.things ?? []).map((thing) =>
    thing.id === 'user:bob'
      ? { ...thing, name: '=cmd()\u0000\u001b[31m"><x>&\u202e[a](http://e)\ud800{0}', email: '' }
      : thing,
  ),
}

describe('reports for machines', () => {
  it.each([
    ['of a company', RISKY],
    ['of names that are no text of XML', HOSTILE],
  ])('%s are valid by the published schemas', async (_, sync) => {
    const folder = newFolder()
    const [junit, sarif] = [join(folder, 'a.xml'), join(folder, 'a.sarif')]
    const rules = rulesOf(
      'tests:\n  - {name: "a & b", src: group:eng, deny: db}\n  - {src: nobody at all, deny: db}\n  - {src: ada, accept: db}\n',
    )
    const { code } = await read(fileOf(sync), 'check', rules, '--junit', junit, '--sarif', sarif)
    expect(code).toBe(5)
    const xml = readFileSync(junit, 'utf8')
    expect(junitProblems(xml)).toEqual([])
    expect(xml).toContain('<error type="not-found"')
    expect(xml).toMatch(/<testsuites name="access" tests="9" failures="\d" errors="1">/)
    const log: unknown = JSON.parse(readFileSync(sarif, 'utf8'))
    expect(sarifProblems(log)).toEqual([])
    const { runs } = z
      .object({
        runs: z.array(
          z.object({
            results: z.array(z.object({ ruleId: z.string(), message: z.object({ text: z.string() }) })),
            invocations: z.array(z.object({ executionSuccessful: z.boolean() })),
          }),
        ),
      })
      .parse(log)
    expect(runs[0]?.results.filter(({ ruleId }) => ruleId === 'deny')).toHaveLength(2)
    expect(runs[0]?.invocations[0]?.executionSuccessful).toBe(false)
  })

  it('are held to those schemas: a broken one is told', () => {
    expect(junitProblems('<testsuites><testsuite/></testsuites>')).not.toEqual([])
    expect(sarifProblems({ version: '2.1.0', runs: [{}] })).not.toEqual([])
  })
})

it('the published schema of rules takes the example of the help', async () => {
  const { stdout } = await read('', 'check', '--help')
  const example = /FILE holds rules[^\n]*\n(?<yaml>[\s\S]*?)\nBuilt-in/.exec(stdout)?.groups?.['yaml'] ?? ''
  const Ajv = (await import('ajv/dist/2020.js')).default
  const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/rules.schema.json'), 'utf8'))
  const validate = new Ajv.default({ strict: false }).compile(schema as object)
  const value: unknown = parse(example)
  validate(value)
  expect([validate.errors, value]).toEqual([null, expect.objectContaining({ tests: expect.anything() as unknown })])
})
