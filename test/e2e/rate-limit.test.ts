import { describe, expect, it } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { syncTenant } from '../support/sync-tenant.ts'
import { truthOf } from '../support/tenant-truth.ts'
import { TRANSIENT_KINDS } from '../support/tenant/faults.ts'
import type { Change } from '../support/tenant/schedule.ts'
import { seedTenant } from '../support/tenant/seed-tenant.ts'
import type { Tenant } from '../support/tenant/tenant.ts'
import { createPlace, settingsFor } from './place.ts'

/** All that may pass. A refusal without a limit behind it comes last and names no wait, or it would teach a rate below the real one. */
const FAULTS = [
  ...TRANSIENT_KINDS.filter((kind) => !kind.includes('429')),
  'html-200',
  { kind: '429', retryAfterSeconds: 0 },
  'errors-429-200',
] as const

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

async function scene(atEnd: Parameters<typeof createPlace>[0], users: number, groups: number, reads: number) {
  const place = createPlace(atEnd)
  const tenant = seedTenant({ users, groups, membershipsPerUser: 10, everyone: true })
  const changes = movesOf(tenant, users / 100)
  const limits = { model: 'fixed', reads, windowMs: 2_000 } as const
  const server = await place.serve({ tenant, limits, every: { nth: 7, kinds: FAULTS }, changes })
  const expectTruth = (): void => {
    expect(readSnapshot(place.file)).toMatchObject(truthOf(tenant))
    expect(Object.keys(place.contents())).toEqual(['sync.c1z'])
    expect(server.counts().limited, 'the limit was met').toBeGreaterThan(0)
  }
  return { place, server, expectTruth }
}

describe.concurrent('under a rate limit, with a fault on every 7th request and data that moves', () => {
  it(
    'a sync of 10,000 users and 1,000 groups equals the tenant at its end',
    { timeout: 120_000 },
    async ({ onTestFinished }) => {
      // In this process, because the program's waits before a retry cannot be shortened: they would hide the limit.
      const { place, server, expectTruth } = await scene(onTestFinished, 10_000, 1_000, 30)
      const { counts } = await syncTenant(server, place.file, { attempts: 10 })
      expect(counts.resources).toMatchObject({ user: 10_000, group: 1_001 })
      expectTruth()
      const met = new Set(server.requests.map((request) => request.fault))
      for (const kind of [...TRANSIENT_KINDS, 'html-200']) expect(met).toContain(kind)
    },
  )

  it('the program ends well, too', { timeout: 120_000 }, async ({ onTestFinished }) => {
    const { place, server, expectTruth } = await scene(onTestFinished, 1_000, 120, 6)
    const { code, stdout } = await place.run(['--output', 'json'], { env: settingsFor(server.baseUrl) })
    expect(code).toBe(0)
    const summary: unknown = JSON.parse(stdout)
    expect(summary).toMatchObject({ waits: [{ cause: 'rate limit' }], counts: { resources: { user: 1_000 } } })
    expectTruth()
    expect(server.counts().faults).toBeGreaterThan(2)
  })
})
