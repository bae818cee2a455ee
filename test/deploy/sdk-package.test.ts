import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runBatonJson } from '../judges/run-baton.ts'
import { startDaemon } from '../judges/running-daemon.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const run = promisify(execFile)
const repository = resolve(import.meta.dirname, '../..')
const toy = join(repository, 'examples/toy-connector')

/** npm hands settings on to what it runs, which would lead the inner npm to this checkout. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
}
const npm = (cwd: string, ...args: readonly string[]) =>
  run('npm', [...args], { cwd, env, maxBuffer: 16 * 1024 * 1024 })

const cleanUps: (() => void)[] = []
let folder: string
let archive: string

/** The example as somebody has it who copied it into an empty folder and installed the packed SDK. */
beforeAll(async () => {
  folder = temporaryFolder((cleanUp) => cleanUps.push(cleanUp))
  await npm(repository, 'run', '--silent', 'pack:sdk', '--', '--pack-destination', relative(repository, folder))
  const { version } = JSON.parse(readFileSync(join(repository, 'src/sdk/package.json'), 'utf8')) as { version: string }
  archive = join(folder, `baton-connector-sdk-${version}.tgz`)
  for (const name of ['toy.ts', 'toy.test.ts', 'directory.json', 'package.json'])
    cpSync(join(toy, name), join(folder, 'toy', name), { recursive: true })
  await npm(join(folder, 'toy'), 'install', '--prefer-offline', '--no-audit', '--no-fund', archive)
  return () => cleanUps.forEach((cleanUp) => cleanUp())
}, 300_000)

const start = async (...args: readonly string[]) =>
  run(process.execPath, ['toy.ts', ...args], {
    cwd: join(folder, 'toy'),
    env: { ...env, BATON_DATA: 'directory.json' },
  })

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined
const tools = found as OfficialTools

const Resources = z.object({ resources: z.array(z.object({ resource: z.object({ displayName: z.string() }) })) })

describe('the SDK as a package', () => {
  it('reads a snapshot of any connector by its door alone', async () => {
    const script = `
      import { decodeResource, openSnapshot, userTraitOf } from 'baton-connector-sdk/snapshot/read'
      const snapshot = await openSnapshot(process.argv[1])
      const id = snapshot.shown.syncId
      const things = Array.from(snapshot.rows('v1_resources', id), (row) => decodeResource(row.data))
      const grants = [...snapshot.grants(id)].flat()
      console.log(JSON.stringify([things.length, grants.length, things.filter(userTraitOf).length > 0]))
      snapshot.close()`
    const file = join(repository, 'test/fixtures/expansion/edges-before.sqlite.c1z')
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, file], {
      cwd: join(folder, 'toy'),
      env,
    })
    const [things, grants, hasUsers] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as readonly [
      number,
      number,
      boolean,
    ]
    expect([things > 10, grants > 10, hasUsers]).toEqual([true, true, true])
  })

  it('has no fault that publint or arethetypeswrong finds', async () => {
    const lint = await npm(repository, 'exec', '--', 'publint', '--strict', archive)
    expect(lint.stdout).toContain('All good!')
    // It exits with another code than 0 where it finds something.
    const types = await npm(repository, 'exec', '--', 'attw', '--profile', 'esm-only', '--no-color', archive)
    expect(types.stdout).toContain('baton-connector-sdk/run')
  }, 120_000)

  it('carries a connector of at most 150 lines', () => {
    expect(readFileSync(join(toy, 'toy.ts'), 'utf8').split('\n').length).toBeLessThanOrEqual(151)
  })

  it('lets a connector be tested without this repository', async () => {
    const { stdout } = await npm(join(folder, 'toy'), 'test', '--', '--test-reporter=tap')
    expect(stdout).toMatch(/^# pass 3$/m)
  })

  it.skipIf(missing)(`makes a file that the official reader takes ${missing ?? ''}`, async () => {
    const { stdout } = await start('-f', 'toy.c1z', '--output', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ counts: { resources: { user: 3, team: 2 }, grants: { team: 2 } } })
    const file = join(folder, 'toy', 'toy.c1z')
    const { resources } = await runBatonJson(tools, Resources, file, ['resources'])
    expect(resources.map(({ resource }) => resource.displayName).sort()).toEqual([
      ...['Ada Berg', 'Bo Lind', 'Cy Holm', 'Office', 'Workshop'],
    ])
  })

  it.skipIf(missing)(`serves a platform: sync, grant and action ${missing ?? ''}`, async ({ onTestFinished }) => {
    const [state, uploads] = ['state', 'uploads'].map((name) => join(folder, name)) as [string, string]
    for (const path of [state, uploads]) mkdirSync(path, { recursive: true })
    const peer = await tools.startPeer({ certificates: folder, uploads })
    await peer.tell({ do: 'pace', idlePollMs: 50, busyPollMs: 0, nextHeartbeatMs: 1000 })
    const team = { id: { resourceType: 'team', resource: 't2' } }
    const entitlement = { id: 'team:t2:member', slug: 'member', resource: team }
    const principal = { id: { resourceType: 'user', resource: 'p3' } }
    await peer.enqueue(
      { syncFull: {} },
      { grant: { entitlement, principal } },
      { actionInvoke: { name: 'deactivate_person', args: { person: 'p1' } } },
    )
    const daemon = startDaemon(process.execPath, [join(folder, 'toy/toy.ts')], {
      PATH: env.PATH,
      HOME: state,
      SSL_CERT_FILE: peer.caFile,
      BATON_C1_API_HOST: peer.host,
      BATON_CLIENT_ID: peer.clientId,
      BATON_CLIENT_SECRET: peer.clientSecret,
      BATON_STATE_DIR: state,
      BATON_PROVISIONING: 'true',
      BATON_DATA: join(folder, 'toy/directory.json'),
    })
    onTestFinished(async () => {
      daemon.signal('SIGKILL')
      await daemon.ended
      await peer.close()
    })
    await peer.drained(60_000)
    expect(await peer.violations()).toEqual([])
    expect(JSON.parse(readFileSync(join(folder, 'toy/directory.json'), 'utf8'))).toMatchObject({
      people: [{ id: 'p1', active: false }, {}, {}],
      teams: [{}, { id: 't2', members: ['p3'] }],
    })
  })
})
