import type { ResourceId } from '../../sdk/model/model.ts'
import {
  appTraitOf,
  deviceTraitOf,
  groupTraitOf,
  roleTraitOf,
  secretTraitOf,
  userTraitOf,
} from '../../sdk/wire/rows/decode-traits.ts'
import type {
  JsonObject,
  StoredDeviceTrait,
  StoredResource,
  StoredResourceType,
  StoredTrait,
  StoredUserTrait,
} from '../../sdk/wire/rows/stored.ts'
import { endIn } from './end-in.ts'

/** What people call a resource: by the trait of its type, `other` where it has none of these. */
export type Kind = 'user' | 'group' | 'role' | 'other'

/** One resource of a snapshot, of whatever connector. Texts that nobody knows are `''`. */
export interface Thing {
  readonly id: ResourceId
  readonly kind: Kind
  /** Never empty: the id where there is no name. */
  readonly name: string
  readonly description: string
  /** The primary address, else the first. */
  readonly email: string
  /** All addresses and logins, for finding. */
  readonly addresses: readonly string[]
  readonly login: string
  readonly status: 'enabled' | 'disabled' | 'deleted' | ''
  readonly statusDetails: string
  readonly accountType: string
  readonly mfa: boolean | undefined
  readonly createdAt: Date | undefined
  readonly lastLoginAt: Date | undefined
  /** Of a key or another secret: when it is over. */
  readonly expiresAt: Date | undefined
  /** Of a device: what it is. */
  readonly device: StoredDeviceTrait | undefined
  readonly parent: ResourceId | undefined
  readonly profile: JsonObject
}

const NO_PROFILE: JsonObject = {}

/** A resource as people see it. `id` is that of its row, which may say more than the message. Errors: as `WireReader`. */
export function thingOf(id: ResourceId, resource: StoredResource, type: StoredResourceType | undefined): Thing {
  const user = userTraitOf(resource)
  const secret = secretTraitOf(resource)
  const profile =
    resource.profile ??
    secret?.profile ??
    user?.profile ??
    groupTraitOf(resource)?.profile ??
    roleTraitOf(resource)?.profile ??
    appTraitOf(resource)?.profile
  const status = resource.status ?? user?.status
  return {
    id,
    kind: kindOf(type?.traits ?? []),
    name: resource.displayName.trim() === '' ? id.id : resource.displayName,
    description: resource.description,
    email: primaryAddress(user),
    addresses: addressesOf(user),
    login: user?.login ?? '',
    status: status?.state ?? '',
    statusDetails: status?.details ?? '',
    accountType: user?.accountType ?? '',
    mfa: user?.mfaEnabled,
    createdAt: resource.createdAt ?? user?.createdAt ?? secret?.createdAt,
    lastLoginAt: user?.lastLogin,
    expiresAt: secret && (secret.expiresAt ?? endIn(profile ?? NO_PROFILE)),
    device: deviceTraitOf(resource),
    parent: resource.parent,
    profile: profile ?? NO_PROFILE,
  }
}

/** What stands for a resource that the file does not hold. */
export const missingThing = (id: ResourceId, type: StoredResourceType | undefined): Thing =>
  thingOf(id, { displayName: '', description: '', annotations: [], batonResource: false }, type)

const KINDS = ['user', 'group', 'role'] as const

export const kindOf = (traits: readonly StoredTrait[]): Kind => KINDS.find((kind) => traits.includes(kind)) ?? 'other'

const primaryAddress = (user: StoredUserTrait | undefined): string =>
  (user?.emails.find(({ isPrimary }) => isPrimary) ?? user?.emails[0])?.address ?? ''

const addressesOf = (user: StoredUserTrait | undefined): readonly string[] =>
  user === undefined
    ? []
    : [...user.emails.map(({ address }) => address), user.login, ...user.loginAliases].filter((text) => text !== '')

/** What a person reads of a resource's type: `network resource`. */
export const typeWord = (type: string): string => type.replaceAll(/[_-]+/g, ' ')

/** `Ada Lovelace <ada@acme.example>` for a user, `group Engineering` for anything else. */
export function sayThing({ kind, name, email, id }: Thing): string {
  if (kind !== 'user') return `${typeWord(id.type)} ${name}`
  return email === '' || email === name ? name : `${name} <${email}>`
}

/** Names one resource within a sync. */
export const keyOf = ({ type, id }: ResourceId): string => `${type}:${id}`
