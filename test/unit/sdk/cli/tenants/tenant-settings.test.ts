import { describe, expect, it } from 'vitest'
import { COMPLETE, run } from '../fixture.ts'

const FILE = `tenants:
  - {name: acme, network: acme, key_env: ACME_KEY, file: /snapshots/acme.c1z}
  - {name: globex, network: globex, key_env: GLOBEX_KEY, file: /snapshots/globex.c1z}
`
const env = { ACME_KEY: 'acme-key-1234', GLOBEX_KEY: 'globex-key-1234' }
const files = { '/here/tenants.yaml': FILE }
const argv = ['--tenants', 'tenants.yaml']

describe('settings of several tenants', () => {
  it('run a sync, validate and the schedule for each, with what they have in common', async () => {
    const sync = await run({ argv: [...argv, '--workers', '3'], env, files })
    expect([sync.code, sync.stderr, sync.tenants?.command]).toEqual([0, '', 'sync'])
    expect(sync.tenants?.runs.map(({ config }) => [config.file, config.workers])).toEqual([
      ['/snapshots/acme.c1z', 3],
      ['/snapshots/globex.c1z', 3],
    ])
    expect((await run({ argv: ['validate', ...argv], env, files })).tenants?.command).toBe('validate')
    expect((await run({ argv: [...argv, '--interval', '1h'], env, files })).tenants?.command).toBe('serve')
  })

  it('may come from variables and from the config file', async () => {
    const byEnv = await run({ env: { ...env, BATON_TENANTS: 'tenants.yaml', BATON_SHARD: '1/2' }, files })
    expect(byEnv.tenants?.runs.map(({ name }) => name)).toEqual(['globex'])
    const config = { ...files, '/here/.baton.yaml': 'tenants: tenants.yaml\nshard: 0/2\n' }
    expect((await run({ env, files: config })).tenants?.runs.map(({ name }) => name)).toEqual(['acme'])
  })

  it.each([
    [[...argv, '--domain', 'acme'], {}, '--domain (BATON_DOMAIN): means one tenant, and --tenants'],
    [argv, { BATON_API_KEY: 'left-behind-1234' }, '--api-key (BATON_API_KEY): means one tenant'],
    [[...argv, '-f', 'x.c1z'], {}, '--file (BATON_FILE): means one tenant'],
    [[...argv, '--client-id', 'n@t.example/c'], {}, '--client-id (BATON_CLIENT_ID): means one tenant'],
    [[...argv, '--shard', '2/2'], {}, '--shard (BATON_SHARD): must be i/N'],
    [['--shard', '0/2'], COMPLETE, '--shard (BATON_SHARD): works only together with --tenants (BATON_TENANTS)'],
    [['--tenants', 'nowhere'], {}, '--tenants (BATON_TENANTS): the file nowhere does not exist'],
    [
      ['grant', 'G', 'U', ...argv],
      COMPLETE,
      '--tenants (BATON_TENANTS): is for a sync, validate and status, and grant works for one',
    ],
  ])('refuse %j', async (args, more, words) => {
    const { code, stderr, tenants, command } = await run({ argv: args, env: { ...env, ...more }, files })
    expect([code, tenants, command]).toEqual([3, undefined, undefined])
    expect(stderr).toContain(words)
  })
})
