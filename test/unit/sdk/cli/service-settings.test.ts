import { describe, expect, it } from 'vitest'
import { configSchemaJson } from '../../../../src/sdk/cli/commands/config.ts'
import { durationMs } from '../../../../src/sdk/text/duration.ts'
import { makeCredentials } from '../../../platform/service/client-credentials.ts'
import { FIELDS } from '../../../../src/connector/settings.ts'
import { COMPLETE, KEY, run } from './fixture.ts'

const { clientId: ID, clientSecret: SECRET } = makeCredentials('tenant.example')
const SERVICE = { ...COMPLETE, BATON_CLIENT_ID: ID, BATON_CLIENT_SECRET: SECRET } as const

describe('modes', () => {
  it('starts service mode with a client id and its secret, and the schedule with an interval', async () => {
    expect(await run({ env: SERVICE })).toMatchObject({ code: 0, command: 'serve' })
    expect(await run({ env: COMPLETE, argv: ['--interval', '1h'] })).toMatchObject({ code: 0, command: 'serve' })
  })

  it('takes what is unset from the defaults of the Go SDK', async () => {
    const { served } = await run({ env: SERVICE })
    expect(served).toMatchObject({
      'task-concurrency': 3,
      'health-check': false,
      'health-check-port': 8081,
      'health-check-bind-address': '127.0.0.1',
      'shutdown-grace': '25s',
      'skip-full-sync': false,
      'get-tasks': false,
      provisioning: false,
    })
  })

  it.each([
    ['a file that a flag names', { argv: ['--client-secret-file', 's'], files: { '/here/s': `${SECRET}\n` } }],
    ['a file that a variable names', { env: { BATON_CLIENT_SECRET_FILE: '/s' }, files: { '/s': SECRET } }],
    ['the credentials directory', { env: { CREDENTIALS_DIRECTORY: '/c' }, files: { '/c/client-secret': SECRET } }],
  ])('reads the secret from %s', async (_, call) => {
    const env = { ...COMPLETE, BATON_CLIENT_ID: ID, ...('env' in call ? call.env : {}) }
    const { served, io } = await run({ ...call, env })
    expect(served?.['client-secret']?.reveal()).toBe(SECRET)
    expect((await io?.reread('client-secret'))?.reveal()).toBe(SECRET)
  })

  it.each(['validate', 'grant', 'revoke'])(
    'leaves %s alone, whatever the environment says for a daemon',
    async (word) => {
      const env = { ...SERVICE, BATON_CLIENT_SECRET: '', BATON_INTERVAL: 'often', BATON_TICKETING: 'true' }
      const { code, stderr, command } = await run({ argv: word === 'validate' ? [word] : [word, 'G', 'U'], env })
      expect([code, stderr, command]).toEqual([0, '', word])
    },
  )

  it('warns of settings for a daemon that a single run does not keep to', async () => {
    const { code, stderr, command } = await run({ env: { ...COMPLETE, BATON_HEALTH_CHECK: 'true' } })
    expect([code, command]).toEqual([0, 'sync'])
    expect(stderr).toContain('--health-check has no effect in a single run')
  })
})

describe('problems', () => {
  it.each([
    [['--client-id', ID], {}, '--client-secret (BATON_CLIENT_SECRET): is needed together with --client-id'],
    [[], { BATON_CLIENT_SECRET: SECRET }, '--client-id (BATON_CLIENT_ID): is needed together with --client-secret'],
    [[], { ...SERVICE, BATON_CLIENT_ID: 'me' }, '--client-id (BATON_CLIENT_ID): must look like name-12345@tenant'],
    [
      [],
      { ...SERVICE, BATON_CLIENT_SECRET: SECRET.slice(0, -20) },
      '--client-secret (BATON_CLIENT_SECRET): cannot be decoded',
    ],
    [[], { ...SERVICE, BATON_C1_API_HOST: 'https://x' }, 'BATON_C1_API_HOST: must be a host such as'],
    [['--interval', '1h'], SERVICE, '--interval (BATON_INTERVAL): works only without --client-id (BATON_CLIENT_ID)'],
    [['--task-concurrency', '0'], SERVICE, 'must be a whole number from 1 to 100, got "0"'],
    [['--health-check-port', '70000'], SERVICE, 'must be a whole number from 1 to 65535, got "70000"'],
    [['--interval', 'hourly'], {}, '--interval (BATON_INTERVAL): must be a duration such as 25s, 10m or 1h30m'],
    [['--interval', '0s'], {}, '--interval (BATON_INTERVAL): must be a duration from 1s to 168h'],
    [['--shutdown-grace', '2h'], SERVICE, 'must be a duration from 0s to 1h'],
    [['--otel-collector-endpoint', 'http://x'], SERVICE, 'must be host:port, for example localhost:4317'],
    [
      [],
      { ...SERVICE, BATON_GET_TASKS: 'perhaps' },
      'BATON_GET_TASKS: must be true or false, got a text of 7 characters',
    ],
    [['--sync-resources', 'bid:r:group/1'], SERVICE, 'works for a single run only, not together with --client-id'],
    [
      ['--interval', '1h', '--skip-entitlements-and-grants'],
      {},
      'works for a single run only, not together with --interval',
    ],
    [
      ['--revoke-grant', 'x'],
      SERVICE,
      '--revoke-grant: asks for one operation, --client-id (BATON_CLIENT_ID) for a program',
    ],
    [['--list-action-schemas'], SERVICE, 'asks for one operation'],
    [['--event-feed'], SERVICE, 'asks for one operation'],
    [
      ['validate', '--client-id', ID],
      {},
      '--client-id (BATON_CLIENT_ID): starts or serves a program that keeps running, and validate',
    ],
    [['grant', 'G', 'U', '--health-check'], {}, 'and grant does not; leave it out'],
  ])('refuses %j', async (argv, env, expected) => {
    const { code, stderr, command } = await run({ argv, env: { ...COMPLETE, ...env } })
    expect([code, command]).toEqual([3, undefined])
    expect(stderr).toContain(expected)
    expect(stderr).not.toContain(SECRET)
  })

  it('lists them all in one message', async () => {
    const argv = ['--client-id', ID, '--interval', 'often', '--task-concurrency', '101', '--get-ticket', '--dry-run']
    const { code, stderr } = await run({ argv, env: COMPLETE })
    expect(code).toBe(3)
    expect(stderr).toContain('5 problems')
  })

  it('names only the file for a secret that cannot be read', async () => {
    const { stderr } = await run({ env: COMPLETE, argv: ['--client-id', ID, '--client-secret-file', './gone'] })
    expect(stderr).toContain('the file ./gone does not exist')
    expect(stderr).not.toContain('is needed together')
  })
})

describe('status and health-check', () => {
  it('need no domain and no key, and are not stopped by what only the daemon needs', async () => {
    const env = { BATON_STATE_DIR: '/state', BATON_API_KEY_FILE: '/gone', BATON_WORKERS: 'x', BATON_CLIENT_ID: ID }
    const { code, stderr, watched } = await run({ argv: ['status', '--output', 'json'], env })
    expect([code, stderr]).toEqual([0, ''])
    expect(watched?.config).toMatchObject({ 'state-dir': '/state', 'client-id': ID, output: 'json' })
  })

  it('take the place of the health server from where the daemon takes it', async () => {
    const files = { '/here/.baton.yaml': `domain: acme\napi-key: ${KEY}\nhealth-check-port: 9000\n` }
    const { code, watched } = await run({ argv: ['health-check', '--endpoint', 'ready', '--timeout=2'], files })
    expect(code).toBe(0)
    expect(watched?.config).toMatchObject({ 'health-check-port': 9000, 'health-check-bind-address': '127.0.0.1' })
    expect(watched?.invocation.flags).toEqual(
      new Map([
        ['endpoint', 'ready'],
        ['timeout', '2'],
      ]),
    )
  })

  it.each([
    [
      ['health-check', '--endpoint', 'metrics'],
      '--endpoint: must be health, ready or live, got a text of 7 characters',
    ],
    [['health-check', '--timeout', '0'], '--timeout: must be a whole number from 1 to 300'],
    [['status', 'now'], 'status: takes no words behind it; word 2 is one too many'],
  ])('refuse %j', async (argv, expected) => {
    const { code, stderr } = await run({ argv })
    expect(code).toBe(3)
    expect(stderr).toContain(expected)
  })
})

describe('durations', () => {
  it.each([
    ['25s', 25_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['0s', 0],
  ])('reads %s as Go does', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })
})

describe('config schema', () => {
  it('exports the settings of the operator in the order of the Go SDK, and its own among them', () => {
    const text = configSchemaJson(FIELDS, { displayName: '', description: '', helpUrl: '' })
    const { fields } = JSON.parse(text) as {
      readonly fields: readonly { readonly name: string; readonly isOps?: true }[]
    }
    expect(fields.filter((field) => field.isOps).map((field) => field.name)).toEqual([
      'device-posture',
      'scim-url',
      'scim-token',
      'scim-on-delete',
      'log-level',
      'one-listing-a-request',
      'max-shrink',
      'otel-collector-endpoint',
      'otel-collector-endpoint-tls-cert-path',
      'otel-collector-endpoint-tls-cert',
      'otel-collector-endpoint-tls-insecure',
      'otel-tracing-disabled',
      'health-check',
      'health-check-port',
      'health-check-bind-address',
      'http-timeout-seconds',
    ])
  })
})
