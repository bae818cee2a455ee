import { join } from 'node:path'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { syncTenant } from '../tenant/sync-tenant.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { type Experiment, hold, hurriedTime, oneOf, type Random } from './experiment.ts'
import { ending, idsIn } from './syncs.ts'

type Move = (tenant: Tenant, random: Random) => void

const create: Move = (tenant, random) => {
  if (random(5) === 0) return void tenant.addGroup()
  const user = tenant.addUser({ firstName: `New ${random(1_000)}` })
  for (let i = random(4); i > 0; i--) tenant.addMember(oneOf(random, tenant.groups), user)
}

const remove: Move = (tenant, random) => {
  const groups = tenant.groups.filter(({ type }) => type !== 'SYSTEM')
  if (random(5) === 0) tenant.removeGroup(oneOf(random, groups))
  else tenant.removeUser(oneOf(random, tenant.users))
}

/** Of a network that lists by name, so that a row with another name stands elsewhere. */
const rename: Move = (tenant, random) => {
  const user = oneOf(random, tenant.users)
  user.firstName = `${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(random(26))}${random(1_000)}`
  tenant.users.sort((a, b) => (a.firstName < b.firstName ? -1 : a.firstName > b.firstName ? 1 : a.id < b.id ? -1 : 1))
}

const enter: Move = (tenant, random) => tenant.addMember(oneOf(random, tenant.groups), oneOf(random, tenant.users))

const leave: Move = (tenant, random) => {
  const user = oneOf(
    random,
    tenant.users.filter(({ groups }) => groups.length > 1),
  )
  tenant.removeMember(
    oneOf(
      random,
      user.groups.filter(({ type }) => type !== 'SYSTEM'),
    ),
    user,
  )
}

/** What happens before every second answer, by name. */
export const MOVEMENTS: Readonly<Record<string, readonly Move[]>> = {
  creates: [create],
  deletes: [remove],
  renames: [rename],
  memberships: [enter, leave],
  mixed: [create, remove, rename, enter, leave],
}

const SIZES = [
  { users: 40, groups: 12 },
  { users: 150, groups: 20 },
  { users: 350, groups: 30 },
  { users: 480, groups: 140 },
  { users: 700, groups: 60 },
  { users: 1_200, groups: 150 },
  { users: 2_600, groups: 320 },
] as const

/** What a sync cost under steady movement. */
export interface SteadyOutcome {
  readonly floor: number
  readonly requests: number
  /** Absent where the sync finished. */
  readonly error?: unknown
}

/** Syncs a network of which something changes before every second answer; the floor is what the same network costs while it stands still. */
export async function syncSteadily(
  size: { readonly users: number; readonly groups: number },
  moves: readonly Move[],
  oneListingARequest: boolean,
  { random, folder, atEnd }: Parameters<Experiment['run']>[0],
): Promise<SteadyOutcome> {
  const tenant = seedTenant({ ...size, membershipsPerUser: 4, everyone: true, seed: random(1_000_000) })
  const server = await startTenant({ tenant })
  atEnd(() => server.close())
  await syncTenant(server, join(folder, 'quiet.c1z'), { time: hurriedTime(), oneListingARequest })
  const floor = server.requests.length
  let always = idsIn(tenant)
  const ever = new Set(always)
  const apply = (moving: Tenant): void => {
    oneOf(random, moves)(moving, random)
    const now = idsIn(moving)
    always = new Set([...always].filter((id) => now.has(id)))
    for (const id of now) ever.add(id)
  }
  server.plan({ steady: { nth: 2, apply } })
  const file = join(folder, 'sync.c1z')
  const options = { time: hurriedTime(), workers: 1 + random(3), oneListingARequest }
  const error: unknown = await syncTenant(server, file, options).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  const requests = server.requests.length - floor
  if (error !== undefined) return { floor, requests, error }
  const { resources, entitlements, grants } = readSnapshot(file)
  const shown = new Set([...resources, ...entitlements, ...grants])
  hold(
    [...always].every((id) => shown.has(id)),
    'something that was there all along is missing',
  )
  hold(
    [...shown].every((id) => ever.has(id)),
    'something that never was is there',
  )
  return { floor, requests }
}

/** Syncs during which something changes before every second answer, from start to end. */
export const steadyMovement: Experiment = {
  name: 'steady movement',
  promise:
    'under one change every second request a sync finishes in at most twice the requests of a quiet one, and whole',
  runs: 60,
  async run(trial) {
    const name = oneOf(trial.random, Object.keys(MOVEMENTS))
    const [size, alone] = [oneOf(trial.random, SIZES), trial.random(2) === 0]
    const { floor, requests, error } = await syncSteadily(size, MOVEMENTS[name] ?? [], alone, trial)
    hold(error === undefined, `${name}: ${ending(error)}`)
    hold(requests <= 2 * floor, `${name}: ${requests} requests, where a quiet sync takes ${floor}`)
    return `finished in at most ${Math.max(1.25, Math.ceil((requests / floor) * 4) / 4)} × the floor`
  },
}
