import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import type { ScimSettings } from '../../../../src/scim/config/fields.ts'
import { openConfig } from '../../../../src/scim/config/open-config.ts'
import type { SecretReference } from '../../../../src/scim/config/secret-reference.ts'
import { readSecret } from '../../../../src/scim/config/secret-reference.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

const NOTHING: ScimSettings = {
  config: undefined,
  people: undefined,
  groups: undefined,
  members: undefined,
  source: undefined,
  target: undefined,
  'token-file': undefined,
  state: undefined,
  'on-leave': undefined,
}

const QUICK = {
  people: 'people.csv',
  target: 'http://127.0.0.1:8080/scim/v2/',
  'token-file': 'token',
  state: 'scim.db',
}

const open = (settings: Partial<ScimSettings>) => openConfig({ ...NOTHING, ...settings }, folder)

const failure = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return ConnectorError.is(error) ? `${error.code} ${error.detail}` : String(error)
}

describe('what to provision', () => {
  it('can be said by flags', async () => {
    expect(await open({ ...QUICK, groups: 'g.csv', members: 'm.csv', 'on-leave': 'delete' })).toMatchObject({
      origin: 'the command line',
      folder,
      target: {
        url: 'http://127.0.0.1:8080/scim/v2',
        profile: 'generic',
        token: { setting: '--token-file', file: { path: join(folder, 'token'), shown: 'token' } },
      },
      state: join(folder, 'scim.db'),
      source: { type: 'csv', people: 'people.csv', groups: 'g.csv', members: 'm.csv' },
      scope: { mode: 'all' },
      groups: { enabled: true },
      onLeave: 'delete',
    })
    expect(await open(QUICK)).toMatchObject({ groups: { enabled: false }, onLeave: 'disable' })
    expect(await open({ ...QUICK, people: undefined, source: 'sync.c1z' })).toMatchObject({
      source: { type: 'c1z', file: 'sync.c1z' },
      groups: { enabled: true },
    })
  })

  it.each([
    ['-', { type: 'stdin' }],
    ['d.json', { type: 'json', file: 'd.json' }],
    ['dir.v1/D.NDJSON', { type: 'ndjson', file: 'dir.v1/D.NDJSON' }],
    ['d.jsonl', { type: 'ndjson', file: 'd.jsonl' }],
    ['d.ldif', { type: 'ldif', file: 'd.ldif' }],
    ['snapshots.d/latest', { type: 'c1z', file: 'snapshots.d/latest' }],
  ])('takes --source %s for what its name says', async (name, source) => {
    expect(await open({ ...QUICK, people: undefined, source: name })).toMatchObject({ source })
  })

  it.each<[string, Partial<ScimSettings>, string]>([
    [
      'people alone',
      { people: 'p.csv' },
      '2 problems\n  --target: is required, the address of the SCIM endpoint\n  --state: is required, the file in which the engine remembers what it has done',
    ],
    [
      'no people',
      { ...QUICK, people: undefined },
      '--people: is required, a csv file with externalId, userName and more; or --source with a file that holds everything',
    ],
    ['groups alone', { ...QUICK, groups: 'g.csv' }, '--members: is required, as groups and members come together'],
    [
      'two sources',
      { ...QUICK, source: 'a.c1z' },
      '--source: stands in place of --people, --groups and --members; keep one of them',
    ],
    [
      'a file and flags',
      { config: 'x.yaml', people: 'p.csv' },
      '--people cannot be given with --config; say it in x.yaml, or leave out --config',
    ],
    ['a file that is not there', { config: 'x.yaml' }, 'the file x.yaml does not exist'],
  ])('refuses %s', async (_, settings, expected) => {
    expect(await failure(open(settings))).toBe(`invalid-argument ${expected}`)
  })

  it('is read from scim.yaml where nothing else is said', async () => {
    expect(await failure(open({}))).toBe(
      'not-found there is no scim.yaml here; scim init writes one, --config names another, or give --people, --target, --token-file and --state',
    )
    await writeFile(
      join(folder, 'scim.yaml'),
      'target: { url: https://a.example/v2 }\nsource: { type: csv, people: p.csv }\n',
    )
    expect(await open({})).toMatchObject({ origin: 'scim.yaml', folder, state: join(folder, 'scim-state.db') })
  })
})

describe('a secret', () => {
  const setting = 'target.token_file'
  const fallback = { credential: 'scim-token', env: 'BATON_SCIM_TOKEN' }
  const inFile = (name: string): SecretReference => ({
    setting,
    file: { path: join(folder, name), shown: name },
    fallback,
  })
  const reveal = async (...call: Parameters<typeof readSecret>) => (await readSecret(...call)).reveal()

  it('comes from a file, a variable, the credentials directory or the usual variable', async () => {
    await writeFile(join(folder, 'token'), 'from-file\n')
    await writeFile(join(folder, 'scim-token'), 'from-directory\r\n')
    expect(await reveal(inFile('token'), {})).toBe('from-file')
    expect(await reveal({ setting, env: 'MY' }, { MY: 'from-variable' })).toBe('from-variable')
    expect(await reveal({ setting, fallback }, { CREDENTIALS_DIRECTORY: folder, BATON_SCIM_TOKEN: 'x' })).toBe(
      'from-directory',
    )
    expect(await reveal({ setting, fallback }, { CREDENTIALS_DIRECTORY: tmpdir(), BATON_SCIM_TOKEN: 'usual' })).toBe(
      'usual',
    )
  })

  it.each<[string, () => SecretReference, string]>([
    ['a missing file', () => inFile('nowhere'), 'target.token_file: the file nowhere does not exist'],
    [
      'a directory',
      () => ({ setting, file: { path: folder, shown: '.' } }),
      'target.token_file: the file . is a directory',
    ],
    ['an empty file', () => inFile('empty'), 'target.token_file: the file empty is empty'],
    ['two lines', () => inFile('lines'), 'target.token_file: the file lines holds more than one line'],
    ['an empty variable', () => ({ setting, env: 'MY' }), 'target.token_file: the variable MY is empty'],
    [
      'nothing',
      () => ({ setting, fallback }),
      'target.token_file: is needed: name a file that holds the secret, or give it by the variable BATON_SCIM_TOKEN',
    ],
  ])('is refused from %s', async (_, reference, expected) => {
    await writeFile(join(folder, 'empty'), '\n')
    await writeFile(join(folder, 'lines'), 'a\nb\n')
    expect(await failure(readSecret(reference(), { MY: '' }))).toBe(`invalid-argument ${expected}`)
  })
})
