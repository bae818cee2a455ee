import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { twingateGrammar } from '../support/twingate-grammar.ts'
import { missing } from '../support/deploy/missing.ts'
import { unknownSettings } from '../support/deploy/settings.ts'
import { allowedCalls, exposureOf, unitProblems, valuesOf, whyNoSystemd } from '../support/deploy/systemd.ts'
import { startProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { startTenant } from '../tenant/start-tenant.ts'

const SERVICES = ['baton-twingate.service', 'baton-twingate-sync.service'] as const
const noStrace = spawnSync('strace', ['--version']).error ? 'strace is missing' : undefined

describe.skipIf(missing('the units are not looked at by systemd', whyNoSystemd()))(
  'the systemd units, by systemd itself',
  () => {
    it('are well-formed, and refer only to what there is', () => {
      expect(unitProblems(temporaryFolder(onTestFinished), [...SERVICES, 'baton-twingate-sync.timer'])).toBe('')
    })

    it.each(SERVICES)('%s is exposed by 2.0 at most', (name) => {
      expect(exposureOf(name)).toBeLessThanOrEqual(2)
    })

    it.skipIf(missing('system calls are not compared with the filter', noStrace))(
      'let the program make every system call that a sync needs',
      async () => {
        const server = await startTenant()
        onTestFinished(() => server.close())
        const folder = temporaryFolder(onTestFinished)
        const trace = join(folder, 'trace')
        const { code } = await startProgram(['--domain', 'acme'], {
          cwd: folder,
          atEnd: onTestFinished,
          env: { BATON_API_KEY: READ_KEY, BATON_BASE_URL: server.baseUrl },
          under: ['strace', '-f', '-qq', '-o', trace],
        }).ended
        expect(code).toBe(0)
        const calls = new Set(
          [...readFileSync(trace, 'utf8').matchAll(/^\d+ +(\w+)\(/gm)].map((match) => match[1] ?? ''),
        )
        expect(calls.size).toBeGreaterThan(30)
        // SQLite hands its files to the owner of the database, and only where it runs as root, which the service does not.
        if (process.getuid?.() === 0) calls.delete('fchown')
        for (const name of SERVICES) expect([...calls].filter((call) => !allowedCalls(name).has(call))).toEqual([])
      },
    )
  },
)

describe('the systemd units', () => {
  it('hand over credentials under names that the program looks for', () => {
    const secrets = twingateGrammar('0.0.0').fields.filter((field) => field.kind === 'string' && field.secret === true)
    const names = secrets.map(({ name }) => name)
    for (const service of SERVICES)
      for (const credential of valuesOf(service, 'LoadCredential')) expect(names).toContain(credential.split(':')[0])
    expect(valuesOf('baton-twingate.service', 'LoadCredential')).toHaveLength(2)
    expect(valuesOf('baton-twingate-sync.service', 'LoadCredential')).toHaveLength(1)
  })

  it('syncs by a credential of the name that the unit gives it', async () => {
    const server = await startTenant()
    onTestFinished(() => server.close())
    const folder = temporaryFolder(onTestFinished)
    const [name = ''] = (valuesOf('baton-twingate-sync.service', 'LoadCredential')[0] ?? '').split(':')
    mkdirSync(join(folder, 'credentials'))
    writeFileSync(join(folder, 'credentials', name), `${READ_KEY}\n`)
    const { code, stderr } = await startProgram([], {
      cwd: folder,
      atEnd: onTestFinished,
      env: {
        CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
        BATON_DOMAIN: 'acme',
        BATON_BASE_URL: server.baseUrl,
      },
    }).ended
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  })

  it.each(SERVICES)('%s sets only what the program knows', (name) => {
    const variables = Object.fromEntries(valuesOf(name, 'Environment').map((text) => text.split('=')))
    expect(Object.keys(variables).length).toBeGreaterThan(0)
    expect(unknownSettings(variables)).toEqual([])
  })

  it.each(SERVICES)('%s is stopped by force only after the program has had its time', (name) => {
    expect(Number(valuesOf(name, 'TimeoutStopSec')[0])).toBeGreaterThan(25 + 5)
  })
})
