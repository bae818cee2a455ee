import { describe, expect, it } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { syncTenant } from '../tenant/sync-tenant.ts'
import { identityTruthOf, truthOf } from '../tenant/tenant-truth.ts'
import { TRANSIENT_KINDS } from '../tenant/faults.ts'
import type { Change } from '../tenant/schedule.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { createVirtualTime } from '../support/virtual-time.ts'
import { createPlace, settingsFor } from '../support/place.ts'

const KINDS = [...TRANSIENT_KINDS, 'html-200'] as const

/** While users are read, one joins, one leaves, and memberships change on both sides of the cursor. */
function movesOf(tenant: Tenant, pages: number): readonly Change[] {
  const userAt = (part: number) => tenant.users[Math.floor(tenant.users.length * part)]!
  const [early, moved, late, leaver] = [userAt(0.12), userAt(0.01), userAt(0.97), userAt(0.999)]
  const at = (part: number) => ({ operation: 'Users', page: Math.floor(pages * part) })
  return [
    {
      when: at(0.3),
      apply() {
        tenant.addMember(tenant.groups[20]!, tenant.addUser({ number: 90_001 }))
        tenant.addMember(tenant.groups[1]!, early)
        tenant.addMember(tenant.groups[2]!, late)
      },
    },
    { when: at(0.5), apply: () => tenant.removeMember(moved.groups[0]!, moved) },
    { when: at(0.7), apply: () => tenant.removeUser(leaver) },
  ]
}

async function scene(atEnd: Parameters<typeof createPlace>[0], users: number, groups: number, options: TenantOptions) {
  const place = createPlace(atEnd)
  const tenant = seedTenant({ users, groups, membershipsPerUser: 10, everyone: true })
  const changes = movesOf(tenant, users / 100)
  const server = await place.serve({ tenant, every: { nth: 7, kinds: KINDS }, changes, ...options })
  const expectTruth = (truth: typeof truthOf): void => {
    expect(readSnapshot(place.file)).toMatchObject(truth(tenant))
    expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
    expect(server.counts().limited, 'the limit was met').toBeGreaterThan(0)
  }
  return { place, server, expectTruth }
}

describe('under a rate limit, with a fault on every 7th request and data that moves', () => {
  it('a sync of 10,000 users and 1,000 groups under 60 reads a minute equals the tenant at its end', async ({
    onTestFinished,
  }) => {
    const time = createVirtualTime()
    const limits = { model: 'fixed', reads: 60 } as const
    const now = () => time.clock.now().getTime()
    const { place, server, expectTruth } = await scene(onTestFinished, 10_000, 1_000, { limits, now })
    const { counts } = await time.run(syncTenant(server, place.file, { attempts: 10, time }))
    expect(counts.resources).toMatchObject({ user: 10_000, group: 1_001 })
    expectTruth(identityTruthOf)
    const met = new Set(server.requests.map((request) => request.fault))
    for (const kind of KINDS) expect(met).toContain(kind)
  })

  it('the program, whose waits are real, ends well, too', async ({ onTestFinished }) => {
    const limits = { model: 'fixed', reads: 3, windowMs: 2_000 } as const
    const { place, server, expectTruth } = await scene(onTestFinished, 600, 60, { limits })
    const { code, stdout } = await place.run(['--output', 'json'], { env: settingsFor(server.baseUrl) })
    expect(code).toBe(0)
    const summary: unknown = JSON.parse(stdout)
    expect(summary).toMatchObject({ waits: [{ cause: 'rate limit' }], counts: { resources: { user: 600 } } })
    expectTruth(truthOf)
    expect(server.counts().faults).toBeGreaterThan(1)
  })
})
