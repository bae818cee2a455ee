import { describe, expect, it } from 'vitest'
import { COMPLETE, KEY, run } from '../cli/fixture.ts'

const problemsOf = async (call: Parameters<typeof run>[0]) => {
  const { code, stderr } = await run({ ...call, env: { ...COMPLETE, ...call.env } })
  expect(code).toBe(3)
  return stderr
}

describe('precedence', () => {
  const flag = ['--file', 'flag.c1z']
  const env = { BATON_FILE: 'env.c1z' }
  const files = { '/here/.baton.yaml': 'file: file.c1z\n' }

  it.each([
    ['the flag before all others', { argv: flag, env, files }, 'flag.c1z'],
    ['the variable before the config file', { env, files }, 'env.c1z'],
    ['the config file before the default', { files }, 'file.c1z'],
    ['the default where nothing is set', {}, 'sync.c1z'],
    ['nothing for an empty variable', { env: { BATON_FILE: '' }, files }, 'file.c1z'],
    ['the last of a repeated flag', { argv: ['-f', 'a', '-f=b'] }, 'b'],
  ])('takes %s', async (_, call, expected) => {
    const { config } = await run({ ...call, env: { ...COMPLETE, ...('env' in call ? call.env : {}) } })
    expect(config?.file).toBe(expected)
  })

  it('reads the temporary directory of the Go SDK only where ours is unset', async () => {
    const there = { '/a/x': '', '/b/x': '' }
    const theirs = await run({ env: { ...COMPLETE, BATON_TMPDIR: '/a' }, files: there })
    const ours = await run({ env: { ...COMPLETE, BATON_TMPDIR: '/a', BATON_C1Z_TEMP_DIR: '/b' }, files: there })
    expect([theirs.config?.['c1z-temp-dir'], ours.config?.['c1z-temp-dir']]).toEqual(['/a', '/b'])
  })

  it('fills what is unset: lists empty, booleans false, defaults as described', async () => {
    const { config } = await run({ env: COMPLETE })
    expect(config).toMatchObject({
      'log-path': [],
      'skip-grants': false,
      'log-level': 'info',
      workers: 2,
      'http-timeout-seconds': 300,
      'storage-engine': 'sqlite',
      'keep-sync-count': 2,
      output: 'table',
    })
    expect(config && 'base-url' in config).toBe(false)
  })
})

describe('values', () => {
  it.each([
    ['flag given twice, with commas', { argv: ['--sync-resource-types', 'user,group', '--sync-resource-types=role'] }],
    ['variable with commas and spaces', { env: { BATON_SYNC_RESOURCE_TYPES: 'user, group ,role,user' } }],
    ['sequence in the config file', { files: { '/here/.baton.yaml': 'sync-resource-types: [user, group, role]' } }],
  ])('reads a list from a %s', async (_, call) => {
    const { config } = await run({ ...call, env: { ...COMPLETE, ...('env' in call ? call.env : {}) } })
    expect(config?.['sync-resource-types']).toEqual(['user', 'group', 'role'])
  })

  it.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('reads %s as true, as Go does', async (text) => {
    const { config } = await run({ env: { ...COMPLETE, BATON_SKIP_CLEANUP: text } })
    expect(config?.['skip-cleanup']).toBe(true)
  })

  it('takes --skip-grants together with --sync-resources', async () => {
    const argv = ['--skip-grants', '--sync-resources', 'bid:r:group/1']
    const { config } = await run({ argv, env: COMPLETE })
    expect(config).toMatchObject({ 'skip-grants': true, 'sync-resources': ['bid:r:group/1'] })
  })

  it('lets a flag turn off what the environment turns on', async () => {
    const env = { ...COMPLETE, BATON_SKIP_ENTITLEMENTS_AND_GRANTS: 'true' }
    const { config } = await run({ argv: ['--skip-entitlements-and-grants=false'], env })
    expect(config?.['skip-entitlements-and-grants']).toBe(false)
  })

  it.each([
    { argv: ['--workers', '0'] },
    { files: { '/here/.baton.yaml': 'workers: 0' } },
    { env: { BATON_WORKERS: '0' } },
  ])('gives what 0 stands for where it leaves the choice to the program (%j)', async (call) => {
    const { config } = await run({ ...call, env: { ...COMPLETE, ...('env' in call ? call.env : {}) } })
    expect(config?.workers).toBe(2)
  })

  it('reads plain YAML numbers and booleans', async () => {
    const text = 'workers: 2\nskip-entitlements-and-grants: true\n'
    const { config } = await run({ env: COMPLETE, files: { '/here/.baton.yaml': text } })
    expect([config?.workers, config?.['skip-entitlements-and-grants']]).toEqual([2, true])
  })
})

describe('problems', () => {
  it.each([
    [['--workers', 'x'], '--workers (BATON_WORKERS): must be a whole number from 0 to 32, got "x"'],
    [['--workers', '33'], '--workers (BATON_WORKERS): must be a whole number from 0 to 32, got "33"'],
    [['--workers', '-1'], 'from 0 to 32, got "-1"'],
    [
      ['--http-timeout-seconds', '0'],
      '--http-timeout-seconds (BATON_HTTP_TIMEOUT_SECONDS): must be a whole number from 1 to 1800, got "0"',
    ],
    [['--http-timeout-seconds', '1801'], 'from 1 to 1800, got "1801"'],
    [
      ['--log-level', 'loud'],
      '--log-level (BATON_LOG_LEVEL): must be debug, info, warn or error, got a text of 4 characters',
    ],
    [
      ['--storage-engine', 'pebble'],
      '--storage-engine (BATON_STORAGE_ENGINE): "pebble" is not offered: only Go programs',
    ],
    [['--storage-engine', 'oracle'], 'must be sqlite, got a text of 6 characters'],
    [['--output', 'xml'], '--output (BATON_OUTPUT): must be table or json, got "xml"'],
    [['--skip-grants=maybe'], '--skip-grants (BATON_SKIP_GRANTS): must be true or false, got a text of 5 characters'],
    [['--skip-grants'], '--skip-grants (BATON_SKIP_GRANTS): works only together with --sync-resources'],
    [
      ['--sync-resources', 'group/1'],
      '--sync-resources (BATON_SYNC_RESOURCES): must be resource ids of the form bid:r:',
    ],
    [['--sync-resources', 'bid:r:team/1'], 'unknown resource type; there are connector, device, gateway,'],
    [
      ['--sync-resource-types', 'users'],
      '--sync-resource-types (BATON_SYNC_RESOURCE_TYPES): unknown resource type "users"',
    ],
    [['--sync-resource-types', 'user,,role'], 'must not be empty or hold empty items'],
    [
      ['--c1z-temp-dir', '/nowhere'],
      '--c1z-temp-dir (BATON_C1Z_TEMP_DIR): must name an existing directory, got "/nowhere"',
    ],
    [['--file', ''], '--file (BATON_FILE): must not be empty'],
    [['--domain', 'acme.example.com'], '--domain (BATON_DOMAIN): must be the network'],
    [['--base-url', 'http://example.com'], '--base-url (BATON_BASE_URL): must begin with https://'],
  ])('names flag and variable for %j', async (argv, expected) => {
    expect(await problemsOf({ argv })).toContain(expected)
  })

  it('says where a wrong value came from when it is no flag', async () => {
    expect(await problemsOf({ env: { BATON_WORKERS: 'x' } })).toContain('got "x", from the variable BATON_WORKERS')
    expect(await problemsOf({ env: { BATON_KEEP_SYNC_COUNT: '0' } })).toContain(
      'BATON_KEEP_SYNC_COUNT: must be a whole number from 1',
    )
    const files = { '/here/.baton.yaml': 'workers: 1.5' }
    expect(await problemsOf({ files })).toContain('got "1.5", from the file .baton.yaml')
  })

  it('lists every problem of every place on a line of its own', async () => {
    const { code, stderr } = await run({
      argv: ['--workers=x', '--log-levl', 'debug', '-x', '--file'],
      env: { BATON_OUTPUT: 'xml' },
      files: { '/here/.baton.yaml': 'colour: red\nlog-level: 3' },
    })
    expect(code).toBe(3)
    expect(stderr.split('\n').map((line) => line.trim().replace(/: .*/, ''))).toEqual([
      'baton-twingate',
      '--log-levl',
      'word 4',
      '--file (BATON_FILE)',
      'the file .baton.yaml, line 1',
      '--domain (BATON_DOMAIN)',
      '--api-key (BATON_API_KEY)',
      '--log-level (BATON_LOG_LEVEL)',
      '--workers (BATON_WORKERS)',
      '--output (BATON_OUTPUT)',
      '',
    ])
  })

  it('counts a required field as missing when its variable is empty', async () => {
    expect(await problemsOf({ env: { BATON_DOMAIN: '' } })).toContain(
      '--domain (BATON_DOMAIN): is required; see --help',
    )
  })
})

describe('variables that set nothing', () => {
  it('brings one warning that names them and what was meant', async () => {
    const { code, stderr } = await run({
      env: { ...COMPLETE, BATON_DOMIAN: 'x', BATON_CREATE_TICKET: 'x', BATON_HOST_ID: 'x' },
    })
    expect(code).toBe(0)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('BATON_DOMIAN (did you mean BATON_DOMAIN?)')
    expect(stderr).toContain('BATON_CREATE_TICKET (this connector creates no tickets')
    expect(stderr).not.toContain('BATON_HOST_ID')
  })
})

describe('config file', () => {
  it.each([
    ['not there', {}, ['--config', 'a.yaml'], 'the file a.yaml does not exist'],
    ['not readable', { '/here/.baton.yaml': 'EACCES' }, [], 'the file .baton.yaml may not be read by this user'],
    [
      'of another kind',
      { '/here/a.json': '{}' },
      ['--config', 'a.json'],
      'must name a file that ends in .yaml or .yml',
    ],
    ['broken', { '/here/.baton.yaml': `a: 1\nb: [${KEY}\n` }, [], 'is not valid YAML: line '],
    ['no map', { '/here/.baton.yaml': `- ${KEY}` }, [], 'must hold settings as "name: value" lines'],
    ['with a key twice', { '/here/.baton.yaml': 'file: a\nfile: b\n' }, [], 'line 2, duplicate key'],
    ['with an unknown key', { '/here/.baton.yaml': 'workrs: 1' }, [], 'unknown key "workrs"; did you mean workers?'],
    [
      'with a key that only Go connectors know',
      { '/here/.baton.yaml': 'create-ticket: x' },
      [],
      'unknown key "create-ticket": this connector creates no tickets',
    ],
    ['with its own name as key', { '/here/.baton.yaml': 'config: x.yaml' }, [], 'unknown key "config"'],
    [
      'with an empty value',
      { '/here/.baton.yaml': 'file:' },
      [],
      '--file (BATON_FILE): must not be empty, from the file',
    ],
    ['with a number for a text', { '/here/.baton.yaml': 'file: 7' }, [], 'must be a text; put it in quotes'],
    ['with an unknown alias', { '/here/.baton.yaml': 'file: *x' }, [], 'aliases that cannot be resolved'],
  ])('is refused when %s', async (_, files, argv, expected) => {
    const stderr = await problemsOf({ files, argv })
    expect(stderr).toContain(expected)
    expect(stderr).not.toContain(KEY)
  })

  it('is found by flag before variable before the working directory', async () => {
    const files = { '/here/a.yml': 'file: a', '/b.yaml': 'file: b', '/here/.baton.yaml': 'file: c' }
    const env = { ...COMPLETE, BATON_CONFIG_PATH: '/b.yaml' }
    const byFlag = await run({ argv: ['--config', 'a.yml'], env, files })
    const byVariable = await run({ env, files })
    expect([byFlag.config?.file, byVariable.config?.file]).toEqual(['a', 'b'])
  })

  it('may be empty', async () => {
    expect((await run({ env: COMPLETE, files: { '/here/.baton.yaml': '# nothing\n' } })).code).toBe(0)
  })
})
