import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectorError } from '../../src/sdk/ground/errors.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { syncTenant } from '../tenant/sync-tenant.ts'
import { identityTruthOf } from '../tenant/tenant-truth.ts'
import { type Fault, type FaultKind, TRANSIENT_KINDS } from '../tenant/faults.ts'
import type { Change } from '../tenant/schedule.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { type Experiment, hold, hurriedTime, oneOf, type Random, shows } from './experiment.ts'

const PAGE_SIZES = { default: 5, cap: 10 }
const READS = ['Users', 'Groups', 'UserGroups', 'GroupMembers']

/** Also what lies: rows left out, totals that are wrong, cursors that lead nowhere. */
const KINDS: readonly FaultKind[] = [
  ...TRANSIENT_KINDS.filter((kind) => !kind.includes('429')),
  ...(['504-html', 'html-200', 'errors-partial', 'errors-path', 'drop-rows', 'drop-nested'] as const),
  ...(['repeat-cursor', 'null-cursor', 'wrong-total', 'null-node'] as const),
]

/** The kind of fault for each read, page and attempt, each with the probability. */
function faultsAt(probability: number, random: Random): readonly Fault[] {
  const faults: Fault[] = []
  for (const operation of READS)
    for (let page = 0; page < 12; page++)
      for (let attempt = 1; attempt <= 10; attempt++)
        if (random(1000) < probability * 1000) faults.push({ operation, page, attempt, kind: oneOf(random, KINDS) })
  return faults
}

export const ending = (error: unknown): string =>
  ConnectorError.is(error) ? `refused: ${error.code}` : `failed: ${error}`

/** Syncs in which each answer is spoilt with a probability, onto a file that holds a finished sync of an earlier state. */
export const faultMix = (probability: number, runs: number): Experiment => ({
  name: `faults at P = ${probability}`,
  promise: 'a sync that is told as finished shows the present state; any other leaves the file showing the one before',
  runs,
  async run({ random, folder, atEnd }) {
    const tenant = seedTenant({ users: 40, groups: 15, membershipsPerUser: 4, seed: random(1_000_000) })
    const server = await startTenant({ tenant, pageSizes: PAGE_SIZES })
    atEnd(() => server.close())
    const file = join(folder, 'sync.c1z')
    await syncTenant(server, file, { time: hurriedTime() })
    const earlier = identityTruthOf(tenant)
    tenant.addMember(tenant.groups[0]!, tenant.addUser())
    server.plan({ faults: faultsAt(probability, random) })
    const error: unknown = await syncTenant(server, file, { time: hurriedTime(), workers: 1 + random(4) }).then(
      () => undefined,
      (caught: unknown) => caught,
    )
    const shown = readSnapshot(file)
    if (error === undefined) hold(shows(shown, identityTruthOf(tenant)), 'a finished sync is not the present state')
    else hold(shows(shown, earlier), 'after a failed sync the file does not show the one before')
    return error === undefined ? 'finished' : ending(error)
  },
})

const MOVES: readonly ((tenant: Tenant, random: Random) => void)[] = [
  (tenant) => void tenant.addUser({ role: 'DEVOPS' }),
  (tenant) => void tenant.addGroup(),
  (tenant, random) => tenant.removeUser(oneOf(random, tenant.users)),
  (tenant, random) => tenant.removeGroup(oneOf(random, tenant.groups)),
  (tenant, random) => tenant.addMember(oneOf(random, tenant.groups), oneOf(random, tenant.users)),
  (tenant, random) => tenant.removeMember(oneOf(random, tenant.groups), oneOf(random, tenant.users)),
]

export const idsIn = (tenant: Tenant): ReadonlySet<string> => {
  const { resources, entitlements, grants } = identityTruthOf(tenant)
  return new Set([...resources, ...entitlements, ...grants])
}

/** Syncs during which people and groups come, go, join and leave. */
export const movingData: Experiment = {
  name: 'moving data',
  promise: 'a finished sync holds all that was there all along and nothing that never was',
  runs: 60,
  async run({ random, folder, atEnd }) {
    const tenant = seedTenant({ users: 40, groups: 15, membershipsPerUser: 4, seed: random(1_000_000) })
    const server = await startTenant({ tenant, pageSizes: PAGE_SIZES })
    atEnd(() => server.close())
    let always = idsIn(tenant)
    const ever = new Set(always)
    const changes = Array.from({ length: 1 + random(10) }, (): Change => {
      const [move, when] = [oneOf(random, MOVES), { operation: oneOf(random, READS), page: random(8) }]
      return {
        when,
        apply(moving) {
          move(moving, random)
          const now = idsIn(moving)
          always = new Set([...always].filter((id) => now.has(id)))
          for (const id of now) ever.add(id)
        },
      }
    })
    server.plan({ changes })
    const file = join(folder, 'sync.c1z')
    const error: unknown = await syncTenant(server, file, { time: hurriedTime(), workers: 1 + random(3) }).then(
      () => undefined,
      (caught: unknown) => caught,
    )
    if (error !== undefined) return ending(error)
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
    return 'finished'
  },
}

const HARMS: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  'cut short': (bytes, random) => bytes.subarray(0, random(bytes.length)),
  'bytes flipped': (bytes, random) => {
    for (let i = 1 + random(16); i > 0; i--) bytes[random(bytes.length)]! ^= 1 + random(255)
    return bytes
  },
  'a stretch of zeros': (bytes, random) => bytes.fill(0, random(bytes.length)),
  'bytes behind the end': (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random(4096), random(256))]),
  'a stretch put twice': (bytes, random) => {
    const at = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(at + 1))])
  },
  'no snapshot at all': (_, random) => Buffer.from(Array.from({ length: 1 + random(4096) }, () => random(256))),
}

/** A sync onto a file that somebody damaged or made up. */
export const hostileFiles: Experiment = {
  name: 'hostile files',
  promise:
    'a file that cannot be read is refused with a code and left as it is; else the sync on it shows the present state',
  runs: 132,
  async run({ random, folder, atEnd }) {
    const tenant = seedTenant({ users: 40, groups: 15, membershipsPerUser: 4 })
    const server = await startTenant({ tenant })
    atEnd(() => server.close())
    const file = join(folder, 'sync.c1z')
    await syncTenant(server, file, { time: hurriedTime() })
    const harm = oneOf(random, Object.keys(HARMS))
    const bytes = Buffer.from(HARMS[harm]!(readFileSync(file), random))
    writeFileSync(file, bytes)
    try {
      await syncTenant(server, file, { time: hurriedTime() })
    } catch (error) {
      hold(ConnectorError.is(error) && error.code !== 'internal', `${harm}: ${String(error)}`)
      hold(existsSync(file) && readFileSync(file).equals(bytes), `${harm}: a refused file was changed`)
      return ending(error)
    }
    hold(shows(readSnapshot(file), identityTruthOf(tenant)), `${harm}: a finished sync is not the present state`)
    return 'read, and synced onto'
  },
}
