import { enumNames, fill, type Mutable, readAssetRef, readStruct, readTimestamp } from './decode-values.ts'
import { readStatus } from './decode-resource.ts'
import {
  ACCOUNT_TYPES,
  APP_FLAGS,
  APP_TRAIT,
  DEVICE_FORMS,
  DEVICE_OS,
  DEVICE_SYSTEMS,
  EMAIL,
  GROUP_TRAIT,
  MANAGED_DEVICE_TRAIT,
  MFA_STATUS,
  ROLE_SCOPE_CONDITION,
  ROLE_SCOPE_CONDITIONS,
  ROLE_TRAIT,
  SECRET_TRAIT,
  SSO_STATUS,
  STRUCTURED_NAME,
  USER_TRAIT,
} from './field-numbers.ts'
import type {
  StoredAppTrait,
  StoredDeviceTrait,
  StoredGroupTrait,
  StoredResource,
  StoredRoleTrait,
  StoredSecretTrait,
  StoredUserTrait,
} from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const USER = lengthKeys(USER_TRAIT)
const USER_ACCOUNT_TYPE = varintKeys(USER_TRAIT).accountType
const EMAIL_ADDRESS = lengthKeys(EMAIL).address
const EMAIL_PRIMARY = varintKeys(EMAIL).isPrimary
const NAME = lengthKeys(STRUCTURED_NAME)
const GROUP = lengthKeys(GROUP_TRAIT)
const ROLE = lengthKeys(ROLE_TRAIT)
const CONDITIONS = lengthKeys(ROLE_SCOPE_CONDITIONS)
const CONDITION = lengthKeys(ROLE_SCOPE_CONDITION)
const APP = lengthKeys(APP_TRAIT)
const APP_FLAG = varintKeys(APP_TRAIT).flags
const SECRET = lengthKeys(SECRET_TRAIT)
const DEVICE = lengthKeys(MANAGED_DEVICE_TRAIT)
const DEVICE_FORM = varintKeys(MANAGED_DEVICE_TRAIT).deviceType
const SYSTEM = lengthKeys(DEVICE_OS)
const SYSTEM_TYPE = varintKeys(DEVICE_OS).type

const accountTypeName = enumNames(ACCOUNT_TYPES)
const flagName = enumNames(APP_FLAGS)
const formName = enumNames(DEVICE_FORMS)
const systemName = enumNames(DEVICE_SYSTEMS)

/** What makes a resource a user; `undefined` where nothing does. Errors of all six: as `WireReader`. */
export const userTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredUserTrait | undefined =>
  traitOf(resource, 'UserTrait', readUserTrait)

/** What makes a resource a group. */
export const groupTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredGroupTrait | undefined =>
  traitOf(resource, 'GroupTrait', readGroupTrait)

/** What makes a resource a role. */
export const roleTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredRoleTrait | undefined =>
  traitOf(resource, 'RoleTrait', readRoleTrait)

/** What makes a resource an application. */
export const appTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredAppTrait | undefined =>
  traitOf(resource, 'AppTrait', readAppTrait)

/** What makes a resource a secret, such as a key. */
export const secretTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredSecretTrait | undefined =>
  traitOf(resource, 'SecretTrait', readSecretTrait)

/** What makes a resource a device. */
export const deviceTraitOf = (resource: Pick<StoredResource, 'annotations'>): StoredDeviceTrait | undefined =>
  traitOf(resource, 'ManagedDeviceTrait', readDeviceTrait)

function traitOf<T>(
  { annotations }: Pick<StoredResource, 'annotations'>,
  name: string,
  read: (wire: WireReader) => T,
): T | undefined {
  const found = annotations.find((annotation) => annotation.name === `c1.connector.v2.${name}`)
  return found && read(new WireReader(found.value))
}

function readUserTrait(wire: WireReader): StoredUserTrait {
  const emails: StoredUserTrait['emails'][number][] = []
  const loginAliases: string[] = []
  const employeeIds: string[] = []
  const user: Mutable<StoredUserTrait> = { emails, login: '', loginAliases, employeeIds }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case USER.emails:
        emails.push(wire.message(readEmail))
        break
      case USER.login:
        user.login = wire.text()
        break
      case USER.loginAliases:
        loginAliases.push(wire.text())
        break
      case USER.employeeIds:
        employeeIds.push(wire.text())
        break
      default:
        readUserFacts(wire, key, user)
    }
  }
  return user
}

function readUserFacts(wire: WireReader, key: number, user: Mutable<StoredUserTrait>): void {
  switch (key) {
    case USER.status:
      user.status = wire.message(readStatus)
      return
    case USER.profile:
      user.profile = wire.message(readStruct)
      return
    case USER.icon:
      return fill(user, 'icon', wire.message(readAssetRef))
    case USER_ACCOUNT_TYPE:
      return fill(user, 'accountType', accountTypeName(wire.uint()))
    case USER.createdAt:
      return fill(user, 'createdAt', wire.message(readTimestamp))
    case USER.lastLogin:
      return fill(user, 'lastLogin', wire.message(readTimestamp))
    case USER.mfaStatus:
      user.mfaEnabled = wire.message((inner) => readFlag(inner, MFA_ENABLED))
      return
    case USER.ssoStatus:
      user.ssoEnabled = wire.message((inner) => readFlag(inner, SSO_ENABLED))
      return
    case USER.structuredName:
      user.structuredName = wire.message(readName)
      return
    default:
      wire.skip()
  }
}

const MFA_ENABLED = varintKeys(MFA_STATUS).mfaEnabled
const SSO_ENABLED = varintKeys(SSO_STATUS).ssoEnabled

/** A message with one truth value, which is false where it is left out. */
function readFlag(wire: WireReader, wanted: number): boolean {
  let value = false
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === wanted) value = wire.bool()
    else wire.skip()
  }
  return value
}

function readEmail(wire: WireReader): StoredUserTrait['emails'][number] {
  let address = ''
  let isPrimary = false
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === EMAIL_ADDRESS) address = wire.text()
    else if (key === EMAIL_PRIMARY) isPrimary = wire.bool()
    else wire.skip()
  }
  return { address, isPrimary }
}

function readName(wire: WireReader): NonNullable<StoredUserTrait['structuredName']> {
  const middleNames: string[] = []
  const name = { givenName: '', familyName: '', middleNames, prefix: '', suffix: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === NAME.givenName) name.givenName = wire.text()
    else if (key === NAME.familyName) name.familyName = wire.text()
    else if (key === NAME.middleNames) middleNames.push(wire.text())
    else if (key === NAME.prefix) name.prefix = wire.text()
    else if (key === NAME.suffix) name.suffix = wire.text()
    else wire.skip()
  }
  return name
}

function readGroupTrait(wire: WireReader): StoredGroupTrait {
  const group: Mutable<StoredGroupTrait> = { sourceType: '', rawSourceType: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === GROUP.icon) fill(group, 'icon', wire.message(readAssetRef))
    else if (key === GROUP.profile) group.profile = wire.message(readStruct)
    else if (key === GROUP.groupSourceType) group.sourceType = wire.text()
    else if (key === GROUP.rawGroupSourceType) group.rawSourceType = wire.text()
    else wire.skip()
  }
  return group
}

function readRoleTrait(wire: WireReader): StoredRoleTrait {
  const role: Mutable<StoredRoleTrait> = {}
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ROLE.profile) role.profile = wire.message(readStruct)
    else if (key === ROLE.roleScopeConditions) role.scopeConditions = wire.message(readScopeConditions)
    else wire.skip()
  }
  return role
}

function readScopeConditions(wire: WireReader): NonNullable<StoredRoleTrait['scopeConditions']> {
  const expressions: string[] = []
  let type = ''
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === CONDITIONS.type) type = wire.text()
    else if (key === CONDITIONS.conditions) expressions.push(wire.message(readScopeCondition))
    else wire.skip()
  }
  return { type, expressions }
}

function readScopeCondition(wire: WireReader): string {
  let expression = ''
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === CONDITION.expression) expression = wire.text()
    else wire.skip()
  }
  return expression
}

function readAppTrait(wire: WireReader): StoredAppTrait {
  const flags: number[] = []
  const app: Mutable<Omit<StoredAppTrait, 'flags'>> = { helpUrl: '', sourceType: '', rawSourceType: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === APP.helpUrl) app.helpUrl = wire.text()
    else if (key === APP.icon) fill(app, 'icon', wire.message(readAssetRef))
    else if (key === APP.logo) fill(app, 'logo', wire.message(readAssetRef))
    else if (key === APP.profile) app.profile = wire.message(readStruct)
    else if (key === APP.flags || key === APP_FLAG) wire.uints(key, flags)
    else if (key === APP.appSourceType) app.sourceType = wire.text()
    else if (key === APP.rawAppSourceType) app.rawSourceType = wire.text()
    else wire.skip()
  }
  return { ...app, flags: flags.map(flagName).filter((name) => name !== undefined) }
}

function readSecretTrait(wire: WireReader): StoredSecretTrait {
  const secret: Mutable<StoredSecretTrait> = {}
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === SECRET.profile) secret.profile = wire.message(readStruct)
    else if (key === SECRET.createdAt) fill(secret, 'createdAt', wire.message(readTimestamp))
    else if (key === SECRET.expiresAt) fill(secret, 'expiresAt', wire.message(readTimestamp))
    else if (key === SECRET.lastUsedAt) fill(secret, 'lastUsedAt', wire.message(readTimestamp))
    else wire.skip()
  }
  return secret
}

function readDeviceTrait(wire: WireReader): StoredDeviceTrait {
  const device: Mutable<StoredDeviceTrait> = { serial: '', model: '', vendor: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === DEVICE.serial) device.serial = wire.text()
    else if (key === DEVICE_FORM) fill(device, 'form', formName(wire.uint()))
    else if (key === DEVICE.model) device.model = wire.text()
    else if (key === DEVICE.vendor) device.vendor = wire.text()
    else if (key === DEVICE.os) device.os = wire.message(readSystem)
    else wire.skip()
  }
  return device
}

function readSystem(wire: WireReader): NonNullable<StoredDeviceTrait['os']> {
  const system: Mutable<NonNullable<StoredDeviceTrait['os']>> = { name: '', version: '', build: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === SYSTEM_TYPE) fill(system, 'type', systemName(wire.uint()))
    else if (key === SYSTEM.name) system.name = wire.text()
    else if (key === SYSTEM.version) system.version = wire.text()
    else if (key === SYSTEM.build) system.build = wire.text()
    else wire.skip()
  }
  return system
}
