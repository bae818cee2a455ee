import type { ResourceId } from '../../model/model.ts'
import type {
  ACCOUNT_TYPES,
  APP_FLAGS,
  CREATION_SOURCES,
  DEVICE_FORMS,
  DEVICE_SYSTEMS,
  PURPOSES,
  STATES,
  TRAITS,
} from './field-numbers.ts'

/** A value of a `google.protobuf.Struct`. Objects have no prototype. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** A `google.protobuf.Any`: the full name of a message, and its bytes. */
export interface AnyMessage {
  /** For example `c1.connector.v2.UserTrait`. */
  readonly name: string
  readonly value: Uint8Array
}

/** What a resource type can say of its resources. Newer ones are left out. */
export type StoredTrait = keyof typeof TRAITS

/** A row of `v1_resource_types`. In all stored messages texts that are absent are `''`, lists are empty, other things have no key. */
export interface StoredResourceType {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly traits: readonly StoredTrait[]
  readonly annotations: readonly AnyMessage[]
  readonly sourcedExternally: boolean
}

export interface StoredStatus {
  readonly state?: keyof typeof STATES
  readonly details: string
}

/** A row of `v1_resources`, written by any Baton connector. Traits are among the annotations, see decode-traits.ts. */
export interface StoredResource {
  readonly id?: ResourceId
  readonly parent?: ResourceId
  readonly displayName: string
  readonly description: string
  readonly annotations: readonly AnyMessage[]
  readonly batonResource: boolean
  readonly externalId?: { readonly id: string; readonly link: string; readonly description: string }
  readonly creationSource?: keyof typeof CREATION_SOURCES
  readonly profile?: JsonObject
  /** Id of an asset. */
  readonly icon?: string
  readonly status?: StoredStatus
  readonly createdAt?: Date
}

export interface StoredUserTrait {
  readonly emails: readonly { readonly address: string; readonly isPrimary: boolean }[]
  readonly status?: StoredStatus
  readonly profile?: JsonObject
  readonly icon?: string
  readonly accountType?: keyof typeof ACCOUNT_TYPES
  readonly login: string
  readonly loginAliases: readonly string[]
  readonly employeeIds: readonly string[]
  readonly createdAt?: Date
  readonly lastLogin?: Date
  readonly mfaEnabled?: boolean
  readonly ssoEnabled?: boolean
  readonly structuredName?: {
    readonly givenName: string
    readonly familyName: string
    readonly middleNames: readonly string[]
    readonly prefix: string
    readonly suffix: string
  }
}

export interface StoredGroupTrait {
  readonly icon?: string
  readonly profile?: JsonObject
  readonly sourceType: string
  readonly rawSourceType: string
}

export interface StoredRoleTrait {
  readonly profile?: JsonObject
  readonly scopeConditions?: { readonly type: string; readonly expressions: readonly string[] }
}

export interface StoredAppTrait {
  readonly helpUrl: string
  readonly icon?: string
  readonly logo?: string
  readonly profile?: JsonObject
  readonly flags: readonly (keyof typeof APP_FLAGS)[]
  readonly sourceType: string
  readonly rawSourceType: string
}

export interface StoredSecretTrait {
  readonly profile?: JsonObject
  readonly createdAt?: Date
  readonly expiresAt?: Date
  readonly lastUsedAt?: Date
}

export interface StoredDeviceTrait {
  readonly serial: string
  readonly form?: keyof typeof DEVICE_FORMS
  readonly model: string
  readonly vendor: string
  readonly os?: {
    readonly type?: keyof typeof DEVICE_SYSTEMS
    readonly name: string
    readonly version: string
    readonly build: string
  }
}

/** A row of `v1_entitlements`. */
export interface StoredEntitlement {
  readonly resource?: StoredResource
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly grantableTo: readonly StoredResourceType[]
  readonly annotations: readonly AnyMessage[]
  readonly purpose?: keyof typeof PURPOSES
  readonly slug: string
}

/** A row of `v1_grants`. Slim rows have neither entitlement nor principal: the columns name them. */
export interface StoredGrant {
  readonly entitlement?: StoredEntitlement
  readonly principal?: StoredResource
  readonly id: string
  readonly annotations: readonly AnyMessage[]
  /** By expansion: the entitlements it follows from, and whether the principal holds that one directly. Empty for what a connector gave. */
  readonly sources: ReadonlyMap<string, boolean>
}
