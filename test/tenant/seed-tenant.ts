import { seededRandom } from './random.ts'
import { Tenant } from './tenant.ts'
import { SEED_EPOCH_MS, timestamp } from './timestamp.ts'

/** Size of a made-up tenant. The same options give the same tenant, ids and stamps included. */
export interface SeedOptions {
  readonly users: number
  readonly groups: number
  /** Distinct groups each user is in, at most `groups`. Default 10. */
  readonly membershipsPerUser?: number
  /** Default 1. */
  readonly seed?: number
  /** Adds a SYSTEM group "Everyone" that holds every user, beyond `groups`. Default false. */
  readonly everyone?: boolean
}

const FIRST_NAMES = [
  'Ada',
  'Bruno',
  'Chidi',
  'Dana',
  'Elif',
  'Farid',
  'Grace',
  'Hiro',
  'Ines',
  'Jonas',
  'Kemi',
  'Lucía',
]
const LAST_NAMES = ['Almeida', 'Brandt', 'Castro', 'Dubois', 'Eriksen', 'Fontana', 'Garcia', 'Hassan', 'Ito', 'Jansen']
const MINUTE_MS = 60_000

/** A tenant of any size: mostly SYNCED members, one user in 20 PENDING, one in 20 DISABLED, one in 50 with a console role. */
export const seedTenant = (options: SeedOptions): Tenant => {
  const { users, groups, seed = 1, everyone = false } = options
  const perUser = Math.min(options.membershipsPerUser ?? 10, groups)
  const random = seededRandom(seed)
  const tenant = new Tenant()

  for (let number = 1; number <= groups; number += 1) {
    const synced = number % 3 === 0
    tenant.addGroup({
      number,
      name: `Team ${String(number).padStart(4, '0')}`,
      type: synced ? 'SYNCED' : 'MANUAL',
      originId: synced ? `origin-${String(number)}` : null,
      createdAt: timestamp(SEED_EPOCH_MS + number * MINUTE_MS),
    })
  }
  if (everyone) tenant.addGroup({ number: groups + 1, name: 'Everyone', type: 'SYSTEM' })

  for (let number = 1; number <= users; number += 1) {
    const firstName = FIRST_NAMES[random(FIRST_NAMES.length)] ?? ''
    const lastName = LAST_NAMES[random(LAST_NAMES.length)] ?? ''
    const user = tenant.addUser({
      number,
      email: `${ascii(firstName)}.${ascii(lastName)}.${String(number)}@example.com`,
      firstName,
      lastName,
      state: stateOf(number),
      role: roleOf(number),
      type: number % 5 === 0 ? 'MANUAL' : 'SYNCED',
      createdAt: timestamp(SEED_EPOCH_MS + number * MINUTE_MS),
    })
    const wanted = perUser + (everyone ? 1 : 0)
    while (user.groups.length < wanted) {
      const group = tenant.groups[random(groups)]
      if (group) tenant.addMember(group, user)
    }
  }
  return tenant
}

function stateOf(number: number): string {
  if (number % 20 === 7) return 'PENDING'
  return number % 20 === 13 ? 'DISABLED' : 'ACTIVE'
}

function roleOf(number: number): string {
  if (number % 50 !== 1) return 'MEMBER'
  return ['ADMIN', 'DEVOPS', 'SUPPORT', 'ACCESS_REVIEWER'][Math.floor(number / 50) % 4] ?? 'ADMIN'
}

function ascii(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase()
}
