/** Known values plus anything else, so that a tenant can hold what the schema does not list yet. */
type Open<Known extends string> = Known | (string & Record<never, never>)

export type UserState = Open<'PENDING' | 'ACTIVE' | 'DISABLED'>
export type UserRole = Open<'ADMIN' | 'DEVOPS' | 'SUPPORT' | 'ACCESS_REVIEWER' | 'MEMBER'>
export type UserType = Open<'MANUAL' | 'SYNCED'>
export type GroupType = Open<'MANUAL' | 'SYNCED' | 'SYSTEM'>

/** A user as the tenant stores it. `groups` is kept by `Tenant`; the other fields may be changed in place by a test. */
export interface TenantUser {
  readonly id: string
  email: string | null
  firstName: string
  lastName: string
  readonly avatarUrl: null
  state: UserState
  role: UserRole
  type: UserType
  readonly createdAt: string
  updatedAt: string
  readonly groups: TenantGroup[]
}

/** A group as the tenant stores it. `users` is kept by `Tenant`. */
export interface TenantGroup {
  readonly id: string
  name: string
  type: GroupType
  isActive: boolean
  originId: string | null
  readonly createdAt: string
  updatedAt: string
  securityPolicy: TenantPolicy
  readonly users: TenantUser[]
}

export interface TenantPolicy {
  readonly id: string
  readonly name: string
  readonly policyType: 'RESOURCE' | 'DEFAULT_RESOURCE'
  readonly createdAt: string
  readonly updatedAt: string
}

type Settable<T, Computed extends keyof T> = Partial<Omit<T, 'id' | 'avatarUrl' | 'updatedAt' | Computed>>

/** Fields of a new user; `number` is the number inside the id. Missing ones get the values of an ordinary member. */
export type NewUser = Settable<TenantUser, 'groups'> & { readonly number?: number }

/** Fields of a new group; missing ones make an active MANUAL group under the default policy. */
export type NewGroup = Settable<TenantGroup, 'users'> & { readonly number?: number }
