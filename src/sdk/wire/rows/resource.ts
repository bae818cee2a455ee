import type {
  GroupFacts,
  ManagedDeviceFacts,
  Resource,
  ResourceId,
  SecretFacts,
  Status,
  UserFacts,
} from '../../model/model.ts'
import { writeAny, writeResourceId, writeStruct, writeTimestamp } from './encode-values.ts'
import {
  ACCOUNT_TYPES,
  APP_TRAIT,
  CREDENTIAL_TYPES,
  DEVICE_FORMS,
  DEVICE_OS,
  DEVICE_SYSTEMS,
  EMAIL,
  GRANT,
  GROUP_TRAIT,
  MANAGED_DEVICE_TRAIT,
  RESOURCE,
  ROLE_TRAIT,
  SECRET_TRAIT,
  STATES,
  STATUS,
  USER_TRAIT,
} from './field-numbers.ts'
import { WireWriter } from './wire-writer.ts'

const wire = new WireWriter()
const structWire = new WireWriter()

/**
 * `c1.connector.v2.Resource` with its trait, if it has one, as the first annotation.
 *
 * Why: profile, status and creation time stand twice, in the trait for readers of every version and in the resource's own fields for newer ones.
 */
export function encodeResource(resource: Resource): Uint8Array {
  structWire.start()
  writeStruct(structWire, resource.profile)
  const profile = structWire.take()
  wire.start()
  writeResourceId(wire, RESOURCE.id, resource.id)
  if (resource.parent) writeResourceId(wire, RESOURCE.parentResourceId, resource.parent)
  wire.text(RESOURCE.displayName, resource.displayName)
  writeTrait(resource, profile)
  wire.text(RESOURCE.description, resource.description ?? '')
  if (profile.length > 0) wire.bytes(RESOURCE.profile, profile)
  if (resource.status) writeStatus(RESOURCE.status, resource.status)
  if (resource.createdAt) writeTimestamp(wire, RESOURCE.createdAt, resource.createdAt)
  return wire.take()
}

/** The message a grant embeds for its principal, with field number and length: a Resource holding only its id. */
export function encodePrincipal(id: ResourceId): Uint8Array {
  wire.start()
  const principal = wire.open(GRANT.principal)
  writeResourceId(wire, RESOURCE.id, id)
  wire.close(principal)
  return wire.take()
}

function writeTrait(resource: Resource, profile: Uint8Array): void {
  const { facts } = resource
  if (!facts) return
  switch (facts.kind) {
    case 'user':
      return writeAny(wire, RESOURCE.annotations, 'UserTrait', () => writeUserTrait(resource, facts, profile))
    case 'group':
      return writeAny(wire, RESOURCE.annotations, 'GroupTrait', () => writeGroupTrait(facts, profile))
    case 'role':
      return writeAny(wire, RESOURCE.annotations, 'RoleTrait', () => {
        if (profile.length > 0) wire.bytes(ROLE_TRAIT.profile, profile)
      })
    case 'app':
      return writeAny(wire, RESOURCE.annotations, 'AppTrait', () => {
        if (profile.length > 0) wire.bytes(APP_TRAIT.profile, profile)
      })
    case 'secret':
      return writeAny(wire, RESOURCE.annotations, 'SecretTrait', () => writeSecretTrait(resource, facts, profile))
    case 'managed_device':
      return writeAny(wire, RESOURCE.annotations, 'ManagedDeviceTrait', () => writeDeviceTrait(facts))
  }
}

function writeUserTrait(resource: Resource, facts: UserFacts, profile: Uint8Array): void {
  for (const [index, address] of facts.emails.entries()) {
    const email = wire.open(USER_TRAIT.emails)
    wire.text(EMAIL.address, address)
    wire.bool(EMAIL.isPrimary, index === 0)
    wire.close(email)
  }
  if (resource.status) writeStatus(USER_TRAIT.status, resource.status)
  if (profile.length > 0) wire.bytes(USER_TRAIT.profile, profile)
  wire.uint(USER_TRAIT.accountType, ACCOUNT_TYPES[facts.accountType])
  wire.text(USER_TRAIT.login, facts.login)
  if (resource.createdAt) writeTimestamp(wire, USER_TRAIT.createdAt, resource.createdAt)
}

function writeGroupTrait(facts: GroupFacts, profile: Uint8Array): void {
  if (profile.length > 0) wire.bytes(GROUP_TRAIT.profile, profile)
  wire.text(GROUP_TRAIT.groupSourceType, facts.sourceType ?? '')
  wire.text(GROUP_TRAIT.rawGroupSourceType, facts.rawSourceType ?? '')
}

function writeSecretTrait(resource: Resource, facts: SecretFacts, profile: Uint8Array): void {
  if (profile.length > 0) wire.bytes(SECRET_TRAIT.profile, profile)
  if (resource.createdAt) writeTimestamp(wire, SECRET_TRAIT.createdAt, resource.createdAt)
  if (facts.expiresAt) writeTimestamp(wire, SECRET_TRAIT.expiresAt, facts.expiresAt)
  if (facts.lastUsedAt) writeTimestamp(wire, SECRET_TRAIT.lastUsedAt, facts.lastUsedAt)
  if (facts.identity) writeResourceId(wire, SECRET_TRAIT.identityId, facts.identity)
  wire.uint(SECRET_TRAIT.credentialType, CREDENTIAL_TYPES.static_secret)
  wire.text(SECRET_TRAIT.credentialDetail, facts.credentialDetail ?? '')
}

function writeDeviceTrait({ serial, form, os }: ManagedDeviceFacts): void {
  wire.text(MANAGED_DEVICE_TRAIT.serial, serial ?? '')
  if (form) wire.uint(MANAGED_DEVICE_TRAIT.deviceType, DEVICE_FORMS[form])
  if (!os) return
  const mark = wire.open(MANAGED_DEVICE_TRAIT.os)
  wire.uint(DEVICE_OS.type, DEVICE_SYSTEMS[os.type])
  wire.text(DEVICE_OS.version, os.version ?? '')
  wire.close(mark)
}

/** `UserTrait.Status` and `c1.connector.v2.Status` have the same fields and numbers. */
function writeStatus(field: number, status: Status): void {
  const mark = wire.open(field)
  wire.uint(STATUS.status, STATES[status.state])
  wire.text(STATUS.details, status.details ?? '')
  wire.close(mark)
}
