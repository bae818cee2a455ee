import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import type { RunningProgram } from '../support/run-program.ts'
import { identityTruthOf, expandedTruthOf } from '../tenant/tenant-truth.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'
import { createPlace, type Place, settingsFor } from '../support/place.ts'

type Truth = ReturnType<typeof expandedTruthOf>

async function prepared() {
  const place = createPlace(onTestFinished)
  const tenant = seedTenant({ users: 2000, groups: 250, membershipsPerUser: 12 })
  const server = await place.serve({ tenant })
  const env = settingsFor(server.baseUrl)
  await place.previousSync(server)
  const earlier = identityTruthOf(tenant)
  tenant.removeUser(tenant.users[3]!)
  tenant.addUser({ number: 90_001 })
  return { place, server, env, tenant, earlier }
}

/** The file holds the earlier sync or the later one, whole. */
function expectWhole(place: Place, earlier: Truth, later: Truth): void {
  const { resources, entitlements, grants } = readSnapshot(place.file)
  expect([earlier, later]).toContainEqual({ resources, entitlements, grants })
}

async function expectRecovery(place: Place, env: Readonly<Record<string, string>>, later: Truth): Promise<void> {
  expect(await place.run([], { env })).toMatchObject({ code: 0 })
  expect(readSnapshot(place.file)).toMatchObject(later)
  expect(Object.keys(place.contents()), 'no helper file is left').toEqual(['sync.c1z'])
}

const killAtPage = (server: RunningTenant, program: RunningProgram, operation: string, page: number): void =>
  server.plan({ changes: [{ when: { operation, page }, apply: () => program.kill('SIGKILL') }] })

describe('kill -9', () => {
  it('at any page leaves the old file, and every next run goes on where the last one was', async () => {
    const { place, server, env, tenant, earlier } = await prepared()
    const before = place.contents()['sync.c1z']
    const first = server.requests.length
    const moments = [
      ['Users', 0],
      ['Groups', 1],
      ['Users', 2],
      ['Users', 11],
      ['Users', 12],
      ['Users', 19],
    ] as const
    for (const [operation, page] of moments) {
      const program = place.start([], { env })
      killAtPage(server, program, operation, page)
      expect(await program.ended, `killed at page ${page} of ${operation}`).toMatchObject({ code: null })
      expect(place.contents()['sync.c1z']).toBe(before)
    }
    expectWhole(place, earlier, earlier)
    await expectRecovery(place, env, expandedTruthOf(tenant))
    // Every run that goes on tries its key first; that is no page.
    const pages = server.requests.slice(first).filter(({ operation }) => operation !== 'Validate')
    // Users, groups, and a page each of the six other types.
    expect(pages.length, 'few pages were asked for twice').toBeLessThan(23 + 6 + 3 * moments.length)
  })

  it.for(['.sync.c1z.base', '.sync.c1z.work', '.sync.c1z.image', 'sync.c1z.tmp'])(
    'as soon as there is %s leaves the old file or the new one',
    async (helper) => {
      const { place, env, tenant, earlier } = await prepared()
      const program = place.start([], { env })
      while (program.isRunning() && !existsSync(join(place.folder, helper))) await setImmediate()
      program.kill('SIGKILL')
      expect(await program.ended).toMatchObject({ code: null })
      expectWhole(place, earlier, expandedTruthOf(tenant))
      await expectRecovery(place, env, expandedTruthOf(tenant))
    },
  )
})
