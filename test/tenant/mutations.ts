import type { TenantGroup, TenantUser, UserRole } from './model.ts'
import { accessMutations } from './access-mutations.ts'
import { answer, found, present, Refusal } from './payload.ts'
import type { Tenant } from './tenant.ts'

type Ids = readonly (string | null)[] | null

interface UserCreate {
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly role: UserRole | null
}

interface UserDetails {
  readonly id: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly state: 'ACTIVE' | 'DISABLED' | null
}

interface GroupCreate {
  readonly name: string
  readonly resourceIds: Ids
  readonly securityPolicyId: string | null
  readonly userIds: Ids
}

interface GroupUpdate {
  readonly id: string
  readonly name: string | null
  readonly isActive: boolean | null
  readonly addedUserIds: Ids
  readonly removedUserIds: Ids
  readonly userIds: Ids
  readonly addedResourceIds: Ids
  readonly removedResourceIds: Ids
  readonly resourceIds: Ids
  readonly securityPolicyId: string | null
}

const SYNCED_USER = 'Synced users are managed by the identity provider.'
const NOT_MANUAL = 'Only groups of type MANUAL may be modified.'

/** The resolvers of `MutationsRoot`. A refused mutation changes nothing. */
export const mutations = (tenant: Tenant) => {
  const userOf = (id: string, field = 'id') => found(tenant.user(id), id, field, 'User')
  const groupOf = (id: string) => found(tenant.group(id), id, 'id', 'Group')
  const policyOf = (id: string) =>
    found(
      tenant.policies.find((policy) => policy.id === id),
      id,
      'securityPolicyId',
      'SecurityPolicy',
    )
  const usersOf = (ids: Ids, field: string) => known(ids).map((id) => userOf(id, field))

  return {
    userCreate: (_: unknown, args: UserCreate) =>
      answer(() => {
        if (!/^[^@\s]+@[^@\s]+$/.test(args.email)) throw new Refusal(`Enter a valid email address: '${args.email}'.`)
        if (tenant.userByEmail(args.email)) throw new Refusal(`User with email '${args.email}' already exists.`)
        return tenant.addUser({
          email: args.email,
          firstName: args.firstName ?? '',
          lastName: args.lastName ?? '',
          role: args.role ?? 'MEMBER',
          state: 'PENDING',
          type: 'MANUAL',
        })
      }),

    userDetailsUpdate: (_: unknown, args: UserDetails) =>
      answer(() => {
        const user = manual(userOf(args.id))
        if (user.state === 'PENDING' && args.state !== null)
          throw new Refusal('User in PENDING state cannot be updated.')
        user.firstName = args.firstName ?? user.firstName
        user.lastName = args.lastName ?? user.lastName
        user.state = args.state ?? user.state
        tenant.touch(user)
        return user
      }),

    // Roles are Twingate's own, also of users that come from elsewhere; what the live API says to it is not known (twingate-api.md §2).
    userRoleUpdate: (_: unknown, args: { readonly id: string; readonly role: UserRole }) =>
      answer(() => {
        const user = userOf(args.id)
        user.role = args.role
        tenant.touch(user)
        return user
      }),

    userDelete: (_: unknown, { id }: { readonly id: string }) =>
      answer(() => {
        const user = present(tenant.user(id), id)
        if (user) tenant.removeUser(manual(user))
        return null
      }),

    userResetMfa: (_: unknown, { id }: { readonly id: string }) => answer(() => userOf(id)),

    groupCreate: (_: unknown, args: GroupCreate) =>
      answer(() => {
        refuseResources(args.resourceIds)
        const members = usersOf(args.userIds, 'userIds')
        const securityPolicy = args.securityPolicyId === null ? tenant.policies[0] : policyOf(args.securityPolicyId)
        const group = tenant.addGroup({ name: args.name, securityPolicy })
        for (const user of members) tenant.addMember(group, user)
        return group
      }),

    groupUpdate: (_: unknown, args: GroupUpdate) =>
      answer(() => {
        const group = groupOf(args.id)
        const edits = [args.name, args.isActive, args.addedUserIds, args.removedUserIds, args.userIds]
        if (group.type !== 'MANUAL' && edits.some((edit) => edit !== null)) throw new Refusal(NOT_MANUAL)
        for (const ids of [args.addedResourceIds, args.removedResourceIds, args.resourceIds]) refuseResources(ids)
        const added = usersOf(args.addedUserIds, 'addedUserIds')
        const removed = usersOf(args.removedUserIds, 'removedUserIds')
        const wanted = args.userIds === null ? null : usersOf(args.userIds, 'userIds')
        const policy = args.securityPolicyId === null ? group.securityPolicy : policyOf(args.securityPolicyId)
        group.securityPolicy = policy
        group.name = args.name ?? group.name
        group.isActive = args.isActive ?? group.isActive
        const leaving = wanted ? group.users.filter((user) => !wanted.includes(user)) : []
        for (const user of [...(wanted ?? []), ...added]) tenant.addMember(group, user)
        for (const user of [...leaving, ...removed]) tenant.removeMember(group, user)
        tenant.touch(group)
        return group
      }),

    ...accessMutations(tenant),

    groupDelete: (_: unknown, { id }: { readonly id: string }) =>
      answer<TenantGroup>(() => {
        const group = present(tenant.group(id), id)
        if (group && group.type !== 'MANUAL') throw new Refusal(NOT_MANUAL)
        if (group) tenant.removeGroup(group)
        return null
      }),
  }
}

function manual(user: TenantUser): TenantUser {
  if (user.type !== 'MANUAL') throw new Refusal(SYNCED_USER)
  return user
}

function known(ids: Ids): readonly string[] {
  return (ids ?? []).filter((id) => id !== null)
}

/** The tenant holds no resources, so any id given for one points at nothing. */
function refuseResources(ids: Ids): void {
  const [first] = known(ids)
  if (first !== undefined) throw new Refusal(`Resource with id '${first}' does not exist`)
}
