import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../../tenant/sync-tenant.ts'
import { identityTruthOf } from '../../../tenant/tenant-truth.ts'
import type { Change } from '../../../tenant/schedule.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import { startTenant } from '../../../tenant/start-tenant.ts'
import type { Tenant } from '../../../tenant/tenant.ts'

const PAGE_SIZES = { default: 5, cap: 10 }

const KINDS = [
  'user comes',
  'user goes',
  'is replaced',
  'joins',
  'leaves',
  'group comes',
  'group goes',
  'role changes',
] as const

const move = fc.record({
  kind: fc.constantFrom(...KINDS),
  user: fc.nat(1_000),
  group: fc.nat(1_000),
  when: fc.record({
    operation: fc.constantFrom('Users', 'Users', 'Groups', 'UserGroups', 'GroupMembers'),
    page: fc.nat(4),
    attempt: fc.constantFrom(1, 1, 1, 2),
  }),
})
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never

function carryOut(tenant: Tenant, { kind, user: u, group: g }: Move): void {
  const user = tenant.users[u % Math.max(1, tenant.users.length)]
  const group = tenant.groups[g % Math.max(1, tenant.groups.length)]
  if (kind === 'user comes') tenant.addUser({ role: 'DEVOPS' })
  if (kind === 'group comes') tenant.addGroup()
  if (user && kind === 'user goes') tenant.removeUser(user)
  if (user && kind === 'is replaced') {
    const groups = [...user.groups]
    tenant.removeUser(user)
    const successor = tenant.addUser({ role: user.role })
    for (const one of groups) tenant.addMember(one, successor)
  }
  if (group && kind === 'group goes') tenant.removeGroup(group)
  if (user && kind === 'role changes') user.role = 'SUPPORT'
  if (user && group && kind === 'joins') tenant.addMember(group, user)
  if (user && group && kind === 'leaves') tenant.removeMember(group, user)
}

const idsIn = (tenant: Tenant): ReadonlySet<string> => {
  const { resources, entitlements, grants } = identityTruthOf(tenant)
  return new Set([...resources, ...entitlements, ...grants])
}

/** The moves as changes of the tenant, with what was there all along and what was there at any time. */
function watched(tenant: Tenant, moves: readonly Move[]) {
  const seen = { always: idsIn(tenant), ever: idsIn(tenant) }
  const changes = moves.map((one): Change => ({
    when: one.when,
    apply(t) {
      carryOut(t, one)
      const now = idsIn(t)
      seen.always = new Set([...seen.always].filter((id) => now.has(id)))
      seen.ever = new Set([...seen.ever, ...now])
    },
  }))
  return { seen, changes }
}

it('whatever moves, a finished sync holds all that was there all along, nothing that never was, and no grant that points nowhere', async () => {
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  let finished = 0
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 12 }), fc.constantFrom(1, 3), async (moves, workers) => {
      // All in the same groups, so that counts balance easily.
      const tenant = seedTenant({ users: 45, groups: 14, membershipsPerUser: 0 })
      for (const user of tenant.users) for (const group of tenant.groups.slice(2, 8)) tenant.addMember(group, user)
      for (const group of tenant.groups) tenant.addMember(group, tenant.users[30]!)
      const { seen, changes } = watched(tenant, moves)
      const server = await startTenant({ tenant, changes, pageSizes: PAGE_SIZES })
      const outcome: unknown = await syncTenant(server, file, { workers }).catch((error: unknown) => error)
      await server.close()
      if (ConnectorError.is(outcome)) {
        expect(outcome.code).toBe('aborted')
        return
      }
      finished++
      const { resources, entitlements, grants } = readSnapshot(file)
      const ids = new Set([...resources, ...entitlements, ...grants])
      expect([...seen.always].filter((id) => !ids.has(id))).toEqual([])
      expect([...ids].filter((id) => !seen.ever.has(id))).toEqual([])
      const known = new Set([...resources, ...entitlements])
      const parts = grants.map((id) => /^(.*:member):(user:.*)$/.exec(id))
      expect(parts.filter((part) => !part || !known.has(part[1]!) || !known.has(part[2]!))).toEqual([])
    }),
    { numRuns: 40 },
  )
  expect(finished).toBeGreaterThan(20)
})
