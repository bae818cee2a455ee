import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { createPlace, type Place } from '../support/place.ts'
import { until } from '../support/service-place.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { type RunningTenant, startTenant, type TenantOptions } from '../tenant/start-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'

type AtEnd = Parameters<typeof createPlace>[0]

const keyOf = (name: string): string => `tw-9x-${name}-K3y+8f2b61c0d4`

/** Networks of different sizes, each with a key that no other takes, and the file that names them; keys are files, the last one a variable. */
async function fleet(atEnd: AtEnd, options: Readonly<Record<string, TenantOptions>>) {
  const place = createPlace(atEnd)
  const servers = new Map<string, RunningTenant>()
  const names = Object.keys(options)
  mkdirSync(join(place.folder, 'out'))
  for (const [i, name] of names.entries()) {
    const tenant = seedTenant({ users: 10 + 20 * i, groups: 3 + i, membershipsPerUser: 2 })
    const server = await startTenant({ tenant, keys: { [keyOf(name)]: 'read' }, ...options[name] })
    atEnd(() => server.close())
    servers.set(name, server)
  }
  const last = names.at(-1) ?? ''
  const lines = names.map((name) => ({
    ...{ name, network: name, file: `out/${name}.c1z`, base_url: servers.get(name)?.baseUrl },
    ...(name === last ? { key_env: 'LAST_KEY' } : { key_file: place.input(`${name}.key`, `${keyOf(name)}\n`) }),
  }))
  writeFileSync(join(place.folder, 'tenants.json'), JSON.stringify({ tenants: lines }, null, 2))
  const env = { LAST_KEY: keyOf(last) }
  const server = (name: string): RunningTenant => servers.get(name) ?? expect.fail(`no server ${name}`)
  return { place, names, env, server, file: (name: string) => join(place.folder, `out/${name}.c1z`) }
}

/** No key of any tenant is in any text. */
function refuseKeys(names: readonly string[], ...texts: readonly string[]): void {
  for (const name of names) for (const text of texts) expect(text).not.toContain(keyOf(name))
}

const readLog = (place: Place): readonly Record<string, unknown>[] =>
  readFileSync(join(place.folder, 'log.json'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe.concurrent('several tenants', () => {
  it('are read in one run, each with its own key into its own file', async ({ onTestFinished }) => {
    const { place, names, env, server, file } = await fleet(onTestFinished, { acme: {}, globex: {}, initech: {} })
    const ended = await place.run(['--tenants', 'tenants.json', '--output', 'json'], { env })
    expect([ended.code, ended.stdout.trim().split('\n').length]).toEqual([0, 1])
    const { tenants, ...rest } = JSON.parse(ended.stdout) as { tenants: readonly Record<string, unknown>[] }
    expect(rest).toEqual({ synced: 3, failed: 0, stopped: 0, exitCode: 0 })
    expect(tenants.map(({ tenant, outcome }) => [tenant, outcome])).toEqual(names.map((name) => [name, 'synced']))
    for (const name of names) {
      expect(readSnapshot(file(name))).toMatchObject(expandedTruthOf(server(name).tenant))
      // A network takes its own key alone: each request came with it.
      expect(server(name).requests.every(({ keyOk }) => keyOk)).toBe(true)
    }
    expect(readdirSync(join(place.folder, 'out')).sort()).toEqual(names.map((name) => `${name}.c1z`))
    refuseKeys(names, ended.stdout, ended.stderr)
  })

  it('do not stop each other: one fails, the exit code is its own, and each line names its tenant', async ({
    onTestFinished,
  }) => {
    const { place, names, env, file } = await fleet(onTestFinished, {
      acme: {},
      globex: { keys: { other: 'read' } },
      initech: {},
    })
    const ended = await place.run(['--tenants', 'tenants.json', '--log-level', 'debug', '--tenants-at-once', '1'], {
      env,
    })
    expect(ended.code).toBe(16)
    expect([existsSync(file('acme')), existsSync(file('globex')), existsSync(file('initech'))]).toEqual([
      true,
      false,
      true,
    ])
    expect(ended.stdout).toMatch(/^acme +synced /m)
    expect(ended.stdout).toMatch(/^globex +failed$/m)
    expect(ended.stdout).toMatch(
      /^globex: exit code 16, .*the API key was refused \(401\).* pass it by key_(file|env) of the tenant globex in tenants\.json$/m,
    )
    expect(ended.stdout + ended.stderr).not.toMatch(/--api-key|BATON_API_KEY/)
    expect(ended.stdout).toMatch(/^3 tenants: 2 synced, 1 failed\.$/m)
    for (const line of ended.stderr.trim().split('\n'))
      expect(line).toMatch(/^(acme|globex|initech): |"tenant":"(acme|globex|initech)"/)
    refuseKeys(names, ended.stdout, ended.stderr)
  })

  it('keep each its own rate budget: one that is held back holds no other', async ({ onTestFinished }) => {
    const { place, env, server, file } = await fleet(onTestFinished, {
      acme: {
        // More pages than the limit lets through, however many lists a request carries.
        tenant: seedTenant({ users: 600, groups: 20, membershipsPerUser: 2 }),
        limits: { model: 'fixed', reads: 1, windowMs: 3_600_000 },
      },
      globex: {},
    })
    const program = place.start(['--tenants', 'tenants.json'], { env })
    await until(async () => (existsSync(file('globex')) && server('acme').counts().limited > 0 ? true : undefined))
    program.kill('SIGTERM')
    const ended = await program.ended
    expect(ended.code).toBe(1)
    expect(server('globex').counts().limited).toBe(0)
    expect(ended.stdout).toMatch(/^acme +stopped$/m)
    expect(ended.stdout).toMatch(/^2 tenants: 1 synced, 1 stopped\.$/m)
  })

  it('go on where a killed run stopped', async ({ onTestFinished }) => {
    const { place, env, server, file } = await fleet(onTestFinished, {
      acme: { tenant: seedTenant({ users: 1500, groups: 20, membershipsPerUser: 3 }) },
      globex: {},
    })
    const program = place.start(['--tenants', 'tenants.json'], { env })
    const acme = server('acme')
    acme.plan({ changes: [{ when: { operation: 'Users', page: 4 }, apply: () => program.kill('SIGKILL') }] })
    expect((await program.ended).code).toBe(null)
    expect(existsSync(file('acme'))).toBe(false)
    const before = acme.requests.length
    const ended = await place.run(['--tenants', 'tenants.json', '--output', 'json'], { env })
    const { tenants } = JSON.parse(ended.stdout) as { tenants: { tenant: string; sync: { resumed: boolean } }[] }
    expect(tenants.find(({ tenant }) => tenant === 'acme')?.sync.resumed).toBe(true)
    expect(readSnapshot(file('acme'))).toMatchObject(expandedTruthOf(acme.tenant))
    const again = acme.requests.slice(before).filter(({ operation }) => operation === 'Users')
    expect(again.every(({ page }) => page >= 3)).toBe(true)
  })

  it('fall to exactly one shard each, which asks for its own keys alone', async ({ onTestFinished }) => {
    const { place, names, server, file } = await fleet(onTestFinished, { acme: {}, globex: {}, initech: {} })
    const first = await place.run(['--tenants', 'tenants.json', '--shard', '0/2'], {
      env: { LAST_KEY: keyOf('initech') },
    })
    expect(first.code).toBe(0)
    expect(names.filter((name) => existsSync(file(name)))).toEqual(['acme', 'initech'])
    expect(server('globex').requests).toEqual([])
    const second = await place.run(['--tenants', 'tenants.json', '--shard', '1/2'])
    expect([second.code, names.filter((name) => existsSync(file(name)))]).toEqual([0, names])
    const third = await place.run(['--tenants', 'tenants.json', '--shard', '3/4'])
    expect([third.code, third.stdout]).toEqual([0, 'This shard has no tenant.\n'])
  })

  it('are refused before anything is sent where one has no key, by its name', async ({ onTestFinished }) => {
    const { place, server, names } = await fleet(onTestFinished, { acme: {}, globex: {} })
    const unset = await place.run(['--tenants', 'tenants.json'])
    expect(unset.code).toBe(3)
    expect(unset.stderr).toMatch(/tenants\.json, line \d+: tenant globex: the variable LAST_KEY is not set\n$/)
    writeFileSync(
      join(place.folder, 'tenants.json'),
      JSON.stringify({ tenants: [{ name: 'acme', network: 'acme', key_file: './nowhere', file: 'a.c1z' }] }),
    )
    const missing = await place.run(['--tenants', 'tenants.json'])
    expect(missing.code).toBe(3)
    expect(missing.stderr).toMatch(/tenants\.json, line 1: tenant acme: the file \.\/nowhere does not exist\n$/)
    expect(names.flatMap((name) => server(name).requests)).toEqual([])
  })

  it('are tried by validate', async ({ onTestFinished }) => {
    const { place, env } = await fleet(onTestFinished, { acme: {}, globex: { keys: {} } })
    const ended = await place.run(['validate', '--tenants', 'tenants.json'], { env })
    expect([ended.code, ended.stdout]).toEqual([
      16,
      expect.stringMatching(/^acme +valid +acme +127[^]*^globex +failed$[^]*2 tenants: 1 valid, 1 failed\.\n$/m),
    ])
  })

  it('have a schedule each in one daemon, which status tells apart', async ({ onTestFinished }) => {
    const { place, names, env, server, file } = await fleet(onTestFinished, { acme: {}, globex: { keys: {} } })
    const port = await freePort()
    const health = { BATON_HEALTH_CHECK: 'true', BATON_HEALTH_CHECK_PORT: String(port) }
    const args = ['--tenants', 'tenants.json', '--log-path', 'log.json']
    const daemon = place.start([...args, '--interval', '1s'], { env: { ...env, ...health } })
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
      return answer && { status: answer.status, body: await answer.text() }
    }
    const count = (body: string, tenant: string): number =>
      Number(new RegExp(`^baton_sync_duration_seconds_count\\{tenant="${tenant}"\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0)
    await until(async () => (count((await ask('/metrics'))?.body ?? '', 'acme') >= 2 ? true : undefined))
    expect(readSnapshot(file('acme'))).toMatchObject(expandedTruthOf(server('acme').tenant))
    const ready = await until(async () => {
      const answer = await ask('/ready')
      return answer?.status === 503 ? answer : undefined
    })
    expect(ready.body).toContain('globex: the last sync failed: the API key was refused (401)')
    const status = await until(async () => {
      const ended = await place.run(['status', '--tenants', 'tenants.json', '--output', 'json'])
      return /"tenant":"acme".*"lastSync"/.test(ended.stdout) ? ended : undefined
    })
    expect(status.code).toBe(14)
    const told = status.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told).toEqual([
      expect.objectContaining({ tenant: 'acme', running: true, ready: true }),
      expect.objectContaining({ tenant: 'globex', running: true, ready: false }),
    ])
    const text = await place.run(['status', '--tenants', 'tenants.json'])
    for (const line of text.stdout.trim().split('\n')) expect(line).toMatch(/^(acme|globex): /)
    daemon.kill('SIGTERM')
    const ended = await daemon.ended
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([0, '', ''])
    const lines = readLog(place).filter(({ msg }) => msg !== 'health server listens')
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.filter(({ tenant }) => !names.includes(String(tenant)))).toEqual([])
    refuseKeys(names, JSON.stringify(lines))
  })
})
