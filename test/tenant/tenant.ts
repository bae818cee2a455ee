import { globalId } from './global-id.ts'
import type { NewGroup, NewUser, TenantGroup, TenantPolicy, TenantUser } from './model.ts'
import { TenantNetwork } from './tenant-network.ts'
import { SEED_EPOCH_MS, timestamp } from './timestamp.ts'

/**
 * The state of one Twingate network: users, groups, who is in which, two security policies, and in `network` what they are for.
 *
 * Lists keep the order of insertion. SYSTEM groups hold every user: they follow `addUser` and `removeUser` by themselves.
 * Methods that take an object want one of this tenant; `user` and `group` find them by global id.
 */
export class Tenant {
  readonly users: TenantUser[] = []
  readonly groups: TenantGroup[] = []
  readonly network = new TenantNetwork()
  readonly policies: readonly [TenantPolicy, TenantPolicy]
  readonly #usersById = new Map<string, TenantUser>()
  readonly #groupsById = new Map<string, TenantGroup>()
  readonly #now: () => number
  #lastNumber = 1000

  /** `now` gives epoch milliseconds for the stamps of rows made without one. */
  constructor(now: () => number = () => SEED_EPOCH_MS) {
    this.#now = now
    this.policies = [
      this.#policy(1, 'Default Policy', 'DEFAULT_RESOURCE'),
      this.#policy(2, 'Trusted Devices', 'RESOURCE'),
    ]
  }

  user(id: string): TenantUser | undefined {
    return this.#usersById.get(id)
  }

  group(id: string): TenantGroup | undefined {
    return this.#groupsById.get(id)
  }

  /** The first user with that address, without regard to case. */
  userByEmail(email: string): TenantUser | undefined {
    return this.users.find((user) => user.email?.toLowerCase() === email.toLowerCase())
  }

  groupByName(name: string): TenantGroup | undefined {
    return this.groups.find((group) => group.name === name)
  }

  get membershipCount(): number {
    return this.users.reduce((sum, user) => sum + user.groups.length, 0)
  }

  addUser(fields: NewUser = {}): TenantUser {
    const { number = this.#nextNumber(), createdAt = timestamp(this.#now()), ...rest } = fields
    const user: TenantUser = {
      id: globalId('User', number),
      email: `user${String(number)}@example.com`,
      firstName: '',
      lastName: '',
      avatarUrl: null,
      state: 'ACTIVE',
      role: 'MEMBER',
      type: 'MANUAL',
      createdAt,
      updatedAt: createdAt,
      groups: [],
      ...rest,
    }
    if (this.#usersById.has(user.id)) throw new Error(`user ${String(number)} exists`)
    this.users.push(user)
    this.#usersById.set(user.id, user)
    for (const group of this.groups) if (group.type === 'SYSTEM') this.addMember(group, user)
    return user
  }

  addGroup(fields: NewGroup = {}): TenantGroup {
    const { number = this.#nextNumber(), createdAt = timestamp(this.#now()), ...rest } = fields
    const group: TenantGroup = {
      id: globalId('Group', number),
      name: `Group ${String(number)}`,
      type: 'MANUAL',
      isActive: true,
      originId: null,
      createdAt,
      updatedAt: createdAt,
      securityPolicy: this.policies[0],
      users: [],
      ...rest,
    }
    if (this.#groupsById.has(group.id)) throw new Error(`group ${String(number)} exists`)
    this.groups.push(group)
    this.#groupsById.set(group.id, group)
    if (group.type === 'SYSTEM') for (const user of this.users) this.addMember(group, user)
    return group
  }

  removeUser(user: TenantUser): void {
    for (const group of user.groups) without(group.users, user)
    without(this.users, user)
    this.#usersById.delete(user.id)
  }

  removeGroup(group: TenantGroup): void {
    for (const user of group.users) without(user.groups, group)
    without(this.groups, group)
    this.network.forget(group)
    this.#groupsById.delete(group.id)
  }

  /** Adding a member twice changes nothing. */
  addMember(group: TenantGroup, user: TenantUser): void {
    if (user.groups.includes(group)) return
    user.groups.push(group)
    group.users.push(user)
  }

  /** Removing somebody who is not a member changes nothing. */
  removeMember(group: TenantGroup, user: TenantUser): void {
    without(user.groups, group)
    without(group.users, user)
  }

  /** Records that a row was changed now. */
  touch(row: TenantUser | TenantGroup): void {
    row.updatedAt = timestamp(this.#now())
  }

  #nextNumber(): number {
    do this.#lastNumber += 1
    while (
      this.#usersById.has(globalId('User', this.#lastNumber)) ||
      this.#groupsById.has(globalId('Group', this.#lastNumber))
    )
    return this.#lastNumber
  }

  #policy(number: number, name: string, policyType: TenantPolicy['policyType']): TenantPolicy {
    const at = timestamp(SEED_EPOCH_MS)
    return { id: globalId('SecurityPolicy', number), name, policyType, createdAt: at, updatedAt: at }
  }
}

function without<T>(list: T[], item: T): void {
  const index = list.indexOf(item)
  if (index !== -1) list.splice(index, 1)
}
