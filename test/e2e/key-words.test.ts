import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPlace, settingsFor } from '../support/place.ts'

/** As a key may look: a dash first, or a flag's two. */
const KEYS = [
  '-vT0k3n-abcdef',
  '--tgk-0f3a9c-secretword',
  '--helpT0k3n77',
  '-h4x0r-T0k3n',
  '-fT0k3n-file77',
  '-pT0k3n-pr0v',
]

/** Where a key ends up by mistake. All are refused. */
const MISPLACED: readonly (readonly [name: string, args: (key: string) => readonly string[]])[] = [
  ['behind a misspelt flag', (key) => ['--api-kye', key]],
  ['behind a misspelt flag and =', (key) => [`--api-kye=${key}`]],
  ['in one word with the flag', (key) => [`--api-key${key}`]],
  ['without a flag', (key) => [key]],
  ['behind a command', (key) => ['validate', key]],
  ['as the value of another flag', (key) => ['--workers', key]],
  ['as the value of another flag, with its own', (key) => ['--workers', `--api-kye=${key}`]],
  ['as the name of its file', (key) => ['--api-key-file', key]],
  ['as the network', (key) => ['--domain', `${key}!`]],
  ['as a form of output', (key) => ['--output', key]],
  ['as a truth', (key) => [`--skip-grants=${key}`]],
  ['as a type', (key) => ['--sync-resource-types', key]],
  ['as a type of a resource', (key) => ['--sync-resources', `bid:r:${key}/abc`]],
  ['as a folder', (key) => ['--c1z-temp-dir', key]],
  ['as a resource', (key) => ['--sync-resources', key]],
  ['as the endpoint', (key) => ['health-check', '--endpoint', key]],
  ['as a member of a family', (key) => ['account', key]],
  ['as the client secret', (key) => ['--client-id', 'brave-otter-1@acme.conductor.one/x', '--client-secret', key]],
]

describe.concurrent('a key that begins with a dash', () => {
  it.for(KEYS)('is the value of the flag before it: %s', async (key, { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ keys: { [key]: 'read' } })
    const { BATON_API_KEY: _, ...env } = settingsFor(server.baseUrl)
    const ended = await place.run(['--api-key', key], { env })
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^user +40 /m)])
    expect(ended.stdout + ended.stderr).not.toContain(key)
  })
})

describe.concurrent('a key in the wrong place', () => {
  it.for(MISPLACED)('is refused and not repeated %s', async ([, args], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    for (const key of [
      '-vT0k3n-abcdef',
      '--tgk-0f3a9c-secretword',
      'tenant_key_of_letters_only',
      'hunter2',
      'opensesame',
    ]) {
      const { code, stdout, stderr } = await place.run([...args(key), '--log-level=debug'], {
        env: { BATON_DOMAIN: 'acme', BATON_BASE_URL: 'http://127.0.0.1:9', BATON_API_KEY: 'an0ther-key-that-is-good' },
      })
      expect([key, code, stdout]).toEqual([key, 3, ''])
      expect(stderr).not.toContain(key)
      expect(stderr).not.toContain(key.replace(/^-+\w?/, ''))
      expect(stderr.length).toBeGreaterThan(30)
    }
  })
})

describe.concurrent('a key in a file of settings', () => {
  const FILES: readonly (readonly [
    name: string,
    args: readonly string[],
    file: string,
    text: (key: string) => string,
  ])[] = [
    ['as a key of .baton.yaml', [], '.baton.yaml', (key) => `domain: acme\n${key}: x\n`],
    ['as a value of .baton.yaml', [], '.baton.yaml', (key) => `log-level: ${key}\n`],
    ['as a number in .baton.yaml', [], '.baton.yaml', (key) => `workers: ${key}\n`],
    ['as the name of a tenant', ['--tenants', 't.yaml'], 't.yaml', (key) => TENANT.replace('acme', `"${key}!"`)],
    ['as a setting of a tenant', ['--tenants', 't.yaml'], 't.yaml', (key) => `${TENANT}    ${key}: x\n`],
    ['as the file of a key', ['--tenants', 't.yaml'], 't.yaml', (key) => TENANT.replace('./key', key)],
    [
      'as the variable of a key',
      ['--tenants', 't.yaml'],
      't.yaml',
      (key) => TENANT.replace('key_file: ./key', `key_env: ${key}`),
    ],
    ['as a key of scim.yaml', ['scim', 'plan', '--config', 's.yaml'], 's.yaml', (key) => `${SCIM}${key}: x\n`],
    [
      'as a value of scim.yaml',
      ['scim', 'plan', '--config', 's.yaml'],
      's.yaml',
      (key) => `${SCIM}scope:\n  mode: ${key}\n`,
    ],
  ]

  it.for(FILES)('is refused and not repeated %s', async ([, args, file, text], { onTestFinished }) => {
    const place = createPlace(onTestFinished)
    for (const key of ['tgk-0f3a9c-secretword', 'hunter2', 'opensesame']) {
      writeFileSync(join(place.folder, file), text(key))
      const env = args.length > 0 ? {} : { BATON_DOMAIN: 'acme', BATON_API_KEY: 'an0ther-key-that-is-good' }
      const { code, stdout, stderr } = await place.run(args, { env })
      expect([key, code, stdout]).toEqual([key, 3, ''])
      expect(stderr).not.toContain(key)
      expect(stderr).toMatch(/line \d+|variable|file/)
    }
  })
})

const TENANT = 'tenants:\n  - name: acme\n    network: acme\n    key_file: ./key\n    file: acme.c1z\n'

const SCIM =
  'version: 1\nsource: {type: csv, people: people.csv}\ntarget: {url: "http://127.0.0.1:9/", token_file: token}\n'
