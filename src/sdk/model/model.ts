/** What a resource type is to a governance platform. Source: `c1.connector.v2.ResourceType.Trait`. */
export type Trait = 'user' | 'group' | 'role' | 'app' | 'secret' | 'managed_device'

/** A kind of resource. Its id is a frozen public format: reviews on the platform hang on it. */
export interface ResourceType {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly traits: readonly Trait[]
  /** Set where resources of this type carry no entitlements of their own, so that no reader asks for them. */
  readonly skipEntitlementsAndGrants: boolean
  /** Set where it is read only if somebody names it. */
  readonly optIn?: true
}

/** Names one resource: its type and the id the source system gave it. Both are opaque text. */
export interface ResourceId {
  readonly type: string
  readonly id: string
}

/** Values a profile may hold. Absent facts are left out, never `''` or `null`. */
export type Profile = Readonly<Record<string, string | number | boolean>>

export interface Status {
  readonly state: 'enabled' | 'disabled' | 'deleted'
  /** Why, in words for a reviewer, where the state alone would mislead. */
  readonly details?: string
}

export interface UserFacts {
  readonly kind: 'user'
  readonly login: string
  /** The first address is the primary one. Empty where the source knows none. */
  readonly emails: readonly string[]
  readonly accountType: 'human' | 'service' | 'system'
}

export interface GroupFacts {
  readonly kind: 'group'
  /** Where the group comes from, in the SDK's words. Source: `c1.connector.v2.GroupTrait.group_source_type`. */
  readonly sourceType?: 'native' | 'directory_synced' | 'built_in'
  /** The same in the source system's words. */
  readonly rawSourceType?: string
}

export interface RoleFacts {
  readonly kind: 'role'
}

/** An identity that is no person: a service, a pipeline. */
export interface AppFacts {
  readonly kind: 'app'
}

/** A key or another thing that proves an identity; never the secret itself. */
export interface SecretFacts {
  readonly kind: 'secret'
  readonly expiresAt?: Date
  readonly lastUsedAt?: Date
  /** Whom it proves. */
  readonly identity?: ResourceId
  /** Which kind of secret it is, in the source system's words. */
  readonly credentialDetail?: string
}

/** What somebody signs in with: a laptop, a phone. Words are the SDK's, in lower case. Source: `c1.connector.v2.ManagedDeviceTrait`. */
export interface ManagedDeviceFacts {
  readonly kind: 'managed_device'
  readonly serial?: string
  readonly form?: DeviceForm
  readonly os?: { readonly type: DeviceOs; readonly version?: string }
}

export type DeviceForm = 'server' | 'desktop' | 'laptop' | 'tablet' | 'mobile' | 'virtual' | 'other'
export type DeviceOs = 'windows' | 'linux' | 'android' | 'macos' | 'ios' | 'ipados' | 'chromeos' | 'other'

/** One user, group, role or other thing of the source system. */
export interface Resource {
  readonly id: ResourceId
  /** Never empty. */
  readonly displayName: string
  readonly description?: string
  readonly parent?: ResourceId
  readonly profile: Profile
  readonly status?: Status
  readonly createdAt?: Date
  /** Facts of the trait that the resource's type declares; absent where it declares none. */
  readonly facts?: UserFacts | GroupFacts | RoleFacts | AppFacts | SecretFacts | ManagedDeviceFacts
}

/** Marks access that the connector cannot change, and why. One value may be shared by many grants. */
export interface Immutable {
  /** In words for a reviewer: why, and where it can be changed instead. */
  readonly reason: string
}

/** Something a principal can hold on a resource, for example membership of a group. */
export interface Entitlement {
  /** As `formatEntitlementId` makes it. */
  readonly id: string
  readonly resource: ResourceId
  /** Display name of the resource: the official CSV and XLSX exports show it from here. */
  readonly resourceName: string
  readonly slug: string
  readonly displayName: string
  readonly description: string
  readonly purpose: 'assignment' | 'permission' | 'ownership'
  /** Ids of the resource types whose resources can hold it. */
  readonly grantableTo: readonly string[]
  readonly immutable?: Immutable
}

/** The fact that a principal holds an entitlement. Its id follows from the two, see `formatGrantId`. */
export interface Grant {
  readonly entitlementId: string
  /** The entitlement's resource. */
  readonly resource: ResourceId
  readonly principal: ResourceId
  readonly immutable?: Immutable
  /** That whoever holds other entitlements holds this one as well, by way of the principal. */
  readonly expandable?: Expandable
  /** What else is true of the grant, for example when it ends. */
  readonly metadata?: Profile
}

/** Which entitlements of a grant's principal it passes on to. Source: `c1.connector.v2.GrantExpandable`. */
export interface Expandable {
  /** At least one, each of the principal. */
  readonly entitlementIds: readonly string[]
  /** Only who holds those directly. */
  readonly shallow: boolean
  /** Types of the holders that it is for; empty means all. */
  readonly types: readonly string[]
}
