import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HolderChange } from '../../../../src/sdk/contract/provisioner.ts'
import { holding, membership, provisionTenant } from '../../../tenant/provision-tenant.ts'
import { startTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'

const ROLES = ['admin', 'devops', 'support', 'access_reviewer', 'member']
const GROUPS = ['M0', 'M1', 'S']
const USERS = 5

interface Step {
  readonly kind: HolderChange['kind']
  readonly user: number
  /** A group's or a role's name. */
  readonly target: string
}

const stepOf = (targets: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom('grant', 'revoke'),
    user: fc.nat({ max: USERS - 1 }),
    target: fc.constantFrom(...targets),
  })

const runs = fc.array(
  fc.oneof(
    fc.array(stepOf(GROUPS), { minLength: 1, maxLength: 4 }),
    fc.array(stepOf(ROLES), { minLength: 1, maxLength: 3 }),
  ),
  { minLength: 1, maxLength: 8 },
)

/** What the network must be after each run: memberships as `group user`, and a role for each user. All users are ACTIVE. */
class Model {
  readonly members = new Set<string>()
  readonly roles: string[] = Array.from({ length: USERS }, (_, i) => (i < 2 ? 'admin' : 'member'))

  /** Makes one run's changes and gives the writes they take; `ok` is false where the run is refused, as a whole or at its last step. */
  run(steps: readonly Step[]): { readonly writes: number; readonly ok: boolean } {
    const refused = { writes: 0, ok: false }
    const holds = ({ user, target }: Step) => this.roles[user] === target || this.members.has(`${target} ${user}`)
    const same = (a: Step, b: Step) => a.user === b.user && a.target === b.target
    const end = ({ kind, target }: Step) => (kind === 'grant' ? target : 'member')
    if (steps.some((a) => steps.some((b) => same(a, b) && a.kind !== b.kind) || a.target === 'S')) return refused
    const needed = steps.filter((a, i) => steps.findIndex((b) => same(a, b)) === i && holds(a) !== (a.kind === 'grant'))
    const grants = [...needed.filter((a) => a.kind === 'grant'), ...needed.filter((a) => a.kind === 'revoke')]
    const batches = [...Map.groupBy(grants, ({ kind, target }) => `${kind} ${target}`).values()]
    if (GROUPS.includes(steps[0]?.target ?? '')) {
      for (const { kind, target, user } of needed)
        this.members[kind === 'grant' ? 'add' : 'delete'](`${target} ${user}`)
      return { writes: batches.length, ok: true }
    }
    const told = steps.filter((a) => a.kind === 'grant' || needed.includes(a))
    const next = this.roles.map((role, user) =>
      end(told.find((a) => a.user === user) ?? { kind: 'grant', user, target: role }),
    )
    if (told.some((a) => next[a.user] !== end(a)) || !next.includes('admin')) return refused
    if (needed.some((a) => a.kind === 'revoke' && a.target === 'member')) return refused
    // Where somebody ceases to be an admin, a new one is made before.
    const makesAdmin = (a: Step): boolean => a.kind === 'grant' && a.target === 'admin'
    const isLeft = needed.some((a) => this.roles[a.user] === 'admin')
    const ordered = isLeft
      ? batches.flat().toSorted((a, b) => Number(makesAdmin(b)) - Number(makesAdmin(a)))
      : batches.flat()
    for (const [writes, a] of ordered.entries()) {
      if (this.roles[a.user] === 'admin' && this.roles.filter((role) => role === 'admin').length === 1)
        return { writes, ok: false }
      this.roles[a.user] = end(a)
    }
    return { writes: needed.length, ok: true }
  }
}

async function compare(plan: readonly (readonly Step[])[], options: Omit<TenantOptions, 'tenant'>): Promise<void> {
  const tenant = new Tenant()
  const model = new Model()
  const users = model.roles.map((role) => tenant.addUser({ role: role.toUpperCase() }))
  const groups = GROUPS.map((name) => tenant.addGroup({ name, type: name === 'S' ? 'SYNCED' : 'MANUAL' }))
  const server = await startTenant({ tenant, ...options })
  try {
    for (const steps of plan) {
      const changes = steps.map(({ kind, user, target }) => {
        const group = groups.find(({ name }) => name === target)
        return group ? membership(kind, group.id, users[user]!.id) : holding(kind, target, users[user]!.id)
      })
      const { error, writes, reports } = await provisionTenant(server, changes, { attempts: 12 })
      const expected = model.run(steps)
      const members = users.flatMap((user, i) => user.groups.map(({ name }) => `${name} ${i}`))
      expect(new Set(members)).toEqual(model.members)
      expect(users.map(({ role }) => role.toLowerCase())).toEqual(model.roles)
      expect([error === undefined, error?.detail]).toEqual([expected.ok, error?.detail])
      if (!options.every) expect(writes).toBe(expected.writes)
      if (error?.operation !== 'provision') expect(reports).toHaveLength(changes.length)
    }
  } finally {
    await server.close()
  }
}

it('any sequence of grants, revokes and role changes leaves the network as a simple model says, with no write too many', async () => {
  await expect(
    fc.assert(
      fc.asyncProperty(runs, (plan) => compare(plan, {})),
      { numRuns: 60 },
    ),
  ).resolves.toBeUndefined()
}, 300_000)

it('the same holds where every fifth request fails or loses its answer', async () => {
  const every = { nth: 5, kinds: ['lost-answer', '503', 'reset', 'errors-200', 'truncated-json'] } as const
  await expect(
    fc.assert(
      fc.asyncProperty(runs, (plan) => compare(plan, { every })),
      { numRuns: 40 },
    ),
  ).resolves.toBeUndefined()
}, 300_000)
