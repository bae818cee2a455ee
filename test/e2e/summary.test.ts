import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { hasTerminal, TERMINAL } from '../support/terminal.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { createPlace, type Place, settingsFor } from '../support/place.ts'

async function prepared(): Promise<{ place: Place; env: Readonly<Record<string, string>> }> {
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant: seedTenant({ users: 320, groups: 120, membershipsPerUser: 5 }) })
  return { place, env: settingsFor(server.baseUrl) }
}

describe('a sync that succeeds', () => {
  it('prints a table with the counts of the tenant and leaves the snapshot alone in the folder', async () => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const { code, stdout, stderr } = await place.run([], { env: settingsFor(server.baseUrl) })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^group +12 +12 +97$/m)
    expect(stdout).toMatch(/^role +6 +6 +40$/m)
    expect(stdout).toMatch(/^user +40 +0 +0$/m)
    // One page of every list, in one request.
    expect(stdout).toMatch(/^requests +1$/m)
    expect(stderr).toMatch(/^about 1 request; less than a minute at 60 a minute$/m)
    expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(server.tenant))
  })

  it('prints one JSON object with --output json', async () => {
    const { place, env } = await prepared()
    const { code, stdout } = await place.run(['--output', 'json', '-f', 'other.c1z'], { env })
    expect(code).toBe(0)
    expect(stdout.trimEnd()).not.toContain('\n')
    expect(JSON.parse(stdout)).toMatchObject({
      syncType: 'full',
      resumed: false,
      counts: { resources: { user: 320, group: 120, role: 5 }, grants: { group: 1600, role: 320 } },
      // The pages of the users; those of all other lists travel with them.
      requests: 4,
      warnings: [],
    })
    expect(Object.keys(place.contents())).toEqual(['other.c1z'])
  })

  it('says how long it will take before the long part', async () => {
    const { place, env } = await prepared()
    const { stderr } = await place.run(['--log-level', 'debug'], { env })
    const lines = stderr.split('\n')
    const estimate = lines.indexOf('about 4 requests; less than a minute at 60 a minute')
    const answers = lines.flatMap((line, index) => (line.includes('Twingate answered') ? [index] : []))
    expect(estimate).toBeGreaterThan(0)
    expect(answers.filter((index) => index > estimate).length).toBeGreaterThanOrEqual(2)
  })

  it('runs with stdin closed and prints neither progress nor colour into a pipe', async () => {
    const { place, env } = await prepared()
    const { code, stdout, stderr } = await place.run([], { env, under: ['sh', '-c', 'exec "$@" <&-', 'sh'] })
    expect(code).toBe(0)
    for (const mark of ['\u001b', '\r']) expect(stdout + stderr).not.toContain(mark)
    expect(stderr).not.toContain('reading users')
  })

  it.skipIf(!hasTerminal)('shows progress and bold headings on a terminal', async () => {
    const { place, env } = await prepared()
    const { code, stdout } = await place.run([], { env: { ...env, TERM: 'xterm' }, under: TERMINAL })
    expect(code).toBe(0)
    expect(stdout).toContain('\r\u001b[2Kreading users 100 of 320')
    expect(stdout).toMatch(/ {2}█+░+ \d\d%/)
    expect(stdout).toContain('\u001b[1mtype')
    expect(stdout).toContain('writing the file')
  })

  it.skipIf(!hasTerminal)('respects NO_COLOR on a terminal', async () => {
    const { place, env } = await prepared()
    const { code, stdout } = await place.run([], { env: { ...env, TERM: 'xterm', NO_COLOR: '1' }, under: TERMINAL })
    expect(code).toBe(0)
    expect(stdout).not.toContain('\u001b[1m')
    expect(stdout).toContain('reading users')
  })
})
