import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type InstalledPackage, installPackage } from '../support/deploy/install-package.ts'
import { missing } from '../support/deploy/missing.ts'
import { ACME } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { startTenant } from '../tenant/start-tenant.ts'

let installed: InstalledPackage
const cleanUps: (() => void)[] = []

beforeAll(async () => {
  installed = await installPackage(temporaryFolder((cleanUp) => cleanUps.push(cleanUp)))
  return () => cleanUps.forEach((cleanUp) => cleanUp())
}, 300_000)

/** A Node of the machine that is older than the program needs. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find(
    (path) => existsSync(path) && /^v(1\d|20|22)\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout),
  )

describe('the published package, installed with production dependencies only', () => {
  it('syncs a network by npx', async () => {
    const server = await startTenant()
    onTestFinished(() => server.close())
    const { code, stderr } = await startProgram(['--domain', 'acme'], {
      cwd: installed.folder,
      atEnd: onTestFinished,
      env: {
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
        BATON_API_KEY: READ_KEY,
        BATON_BASE_URL: server.baseUrl,
      },
      program: ['npx', '--no-install', 'baton-twingate'],
    }).ended
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    expect(readSnapshot(join(installed.folder, 'sync.c1z'))).toMatchObject(expandedTruthOf(server.tenant))
  })

  it('serves the explorer with its built page, and holds rules in a process of their own', async () => {
    makeSnapshot(join(installed.folder, 'acme.c1z'), [ACME])
    const program = startProgram(['explorer', '-f', 'acme.c1z', '--port', '0'], {
      cwd: installed.folder,
      atEnd: onTestFinished,
      env: { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` },
      program: ['npx', '--no-install', 'baton-twingate'],
    })
    const url = (await program.said(/\n/)).trim()
    const { headers } = await fetch(url, { redirect: 'manual' })
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    const ask = async (path: string) => (await fetch(new URL(path, url), { headers: { cookie } })).text()
    const [script = ''] = /\/assets\/[\w.-]+\.js/.exec(await ask('/')) ?? []
    expect((await ask(script)).length).toBeGreaterThan(10_000)
    expect(JSON.parse(await ask('/api/findings'))).toMatchObject({ sync: { id: ACME.id } })
  })

  it('holds the program, its protocol files and its papers, and nothing else', () => {
    const tops = new Set(
      installed.files.map((path) =>
        path
          .split('/')
          .slice(0, path.startsWith('dist') ? 2 : 1)
          .join('/'),
      ),
    )
    expect([...tops].sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'cmd',
        'dist/cmd',
        'dist/LICENSES-OF-PACKAGES.txt',
        'dist/program',
        'dist/proto',
        'dist/src',
        'package.json',
      ].sort(),
    )
    expect(installed.files.filter((path) => path.endsWith('.ts'))).toEqual([])
  })

  it('brings no development dependency', () => {
    const modules = readdirSync(join(installed.folder, 'node_modules'))
    expect(modules).toContain('pino')
    expect(modules.filter((name) => ['typescript', 'vitest', 'node', 'oxlint', 'graphql-yoga'].includes(name))).toEqual(
      [],
    )
  })

  it('says under a Node that is too old which one it needs, without a stack trace', async () => {
    const folder = temporaryFolder(onTestFinished)
    const pretend = join(folder, 'older.cjs')
    const versions = { ...process.versions, node: '24.16.0' }
    writeFileSync(pretend, `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} })`)
    mkdirSync(join(folder, 'empty'))
    await expectTooOld([process.execPath, '--require', pretend], '24.16.0', folder)
  })

  it.skipIf(missing('no real older Node is tried', oldNode === undefined ? 'there is none on PATH' : undefined))(
    'says so to a real older Node as well',
    async () => {
      const version = spawnSync(oldNode ?? '', ['--version'], { encoding: 'utf8' })
        .stdout.trim()
        .slice(1)
      await expectTooOld([oldNode ?? ''], version, temporaryFolder(onTestFinished))
    },
  )
})

async function expectTooOld(node: readonly string[], version: string, cwd: string): Promise<void> {
  const entry = join(installed.folder, 'node_modules/baton-twingate/cmd/baton-twingate/bin.cjs')
  const ended = await startProgram(['--version'], { cwd, atEnd: onTestFinished, program: [...node, entry] }).ended
  expect(ended).toEqual({
    code: 9,
    stdout: '',
    stderr: `baton-twingate: it needs Node 24.17 or newer, and this is ${version}: install a newer Node\n`,
  })
}
