import { describe, expect, it } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { identityTruthOf, expandedTruthOf } from '../tenant/tenant-truth.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, refuseKey, settingsFor } from '../support/place.ts'

/** A finished sync in the file, and a tenant that has changed since. */
async function prepared(atEnd: Parameters<typeof createPlace>[0]) {
  const place = createPlace(atEnd)
  const tenant = seedTenant({ users: 900, groups: 150, membershipsPerUser: 4 })
  const server = await place.serve({ tenant })
  const env = settingsFor(server.baseUrl)
  await place.previousSync(server)
  const earlier = identityTruthOf(tenant)
  tenant.removeUser(tenant.users[3]!)
  tenant.addMember(tenant.groups[7]!, tenant.users[500]!)
  return { place, server, env, tenant, earlier }
}

describe.concurrent('a sync that is told to stop', () => {
  it.for(['SIGINT', 'SIGTERM'] as const)(
    'keeps what it read on %s, and the next run goes on from there',
    async (signal, { onTestFinished }) => {
      const { place, server, env, tenant, earlier } = await prepared(onTestFinished)
      const program = place.start([], { env })
      server.plan({ changes: [{ when: { operation: 'Users', page: 4 }, apply: () => program.kill(signal) }] })
      const ended = await program.ended
      refuseKey(ended, place.folder)
      expect([ended.code, toldIn(ended)]).toEqual([
        1,
        [expect.stringMatching(/stopped on request \(what was read is kept/)],
      ])
      expect(ended.stderr).not.toMatch(/^\s+at /m)
      expect(Object.keys(place.contents()), 'progress is in the file').toEqual(['sync.c1z'])
      expect(readSnapshot(place.file)).toMatchObject(earlier)
      const open = readSnapshot(place.file, 'latest')
      expect(open.syncs.map((sync) => sync.finished)).toEqual([true, false])
      expect(open.resources.filter((id) => id.startsWith('user:')).length).toBeGreaterThanOrEqual(300)

      const before = server.requests.length
      const { code, stdout } = await place.run(['--output', 'json'], { env })
      expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ resumed: true })])
      expect(server.requests.length - before, 'pages read before are not read again').toBeLessThan(15)
      expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
      expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
    },
  )

  it('ends at once on a second signal, and loses nothing', async ({ onTestFinished }) => {
    const { place, server, env, tenant } = await prepared(onTestFinished)
    const before = place.contents()['sync.c1z']
    const program = place.start([], { env })
    const twice = () => {
      program.kill('SIGINT')
      program.kill('SIGTERM')
    }
    server.plan({ changes: [{ when: { operation: 'Users', page: 4 }, apply: twice }] })
    const ended = await program.ended
    expect([ended.code, toldIn(ended)]).toEqual([1, []])
    expect(place.contents()['sync.c1z']).toBe(before)
    const { code, stdout } = await place.run(['--output', 'json'], { env })
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ resumed: true })])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
    expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
  })
})

describe('two runs on one file', () => {
  it('lets the first one finish and tells the second', async ({ onTestFinished }) => {
    const { place, server, env, tenant } = await prepared(onTestFinished)
    const first = place.start([], { env })
    const halted = new Promise<void>((resolve) => {
      const apply = (): void => {
        first.kill('SIGSTOP')
        resolve()
      }
      server.plan({ changes: [{ when: { operation: 'Users', page: 2 }, apply }] })
    })
    await halted
    const before = server.requests.length
    const second = await place.run([], { env })
    expect([second.code, toldIn(second)]).toEqual([
      9,
      [expect.stringMatching(/another run is writing .*sync\.c1z; wait for it to end or choose another --file/)],
    ])
    expect(server.requests.length, 'the second run asks for nothing').toBeLessThanOrEqual(before + 2)
    first.kill('SIGCONT')
    expect(await first.ended).toMatchObject({ code: 0 })
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
    expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
  })
})
