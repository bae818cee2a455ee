import type {
  AnyMessage,
  JsonObject,
  JsonValue,
  StoredAppTrait,
  StoredDeviceTrait,
  StoredEntitlement,
  StoredGrant,
  StoredGroupTrait,
  StoredResource,
  StoredResourceType,
  StoredRoleTrait,
  StoredSecretTrait,
  StoredStatus,
  StoredUserTrait,
} from '../../../../../src/sdk/wire/rows/stored.ts'
import { typeNamed } from './oracle.ts'

/**
 * What the decoders have to make of bytes, said once more over protobufjs: it reads the bytes by reflection, and these functions rename the fields.
 */
type Fields = Readonly<Record<string, unknown>>

/** Decodes by reflection; defaults are filled in, absent messages are `null`, numbers stay numbers. */
export function reflected(message: string, bytes: Uint8Array): Fields {
  const type = typeNamed(`c1.connector.v2.${message}`)
  return type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true, objects: true })
}

const one = <T>(value: unknown, make: (fields: Fields) => T): T | undefined =>
  value === null || value === undefined ? undefined : make(value as Fields)
const many = <T>(value: unknown, make: (fields: Fields) => T): readonly T[] => (value as readonly Fields[]).map(make)
const text = (value: unknown): string => value as string
const texts = (value: unknown): readonly string[] => value as readonly string[]

/** Keys without a value are left out. */
const present = <T extends object>(value: { readonly [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T

const STATES = [undefined, 'enabled', 'disabled', 'deleted'] as const
const TRAITS = [
  undefined,
  'user',
  'group',
  'role',
  'app',
  'secret',
  'security_insight',
  'scope_binding',
  'vendor',
  'vendor_agreement',
  'license_profile',
  'agent',
  'managed_device',
] as const

const status = (fields: Fields): StoredStatus =>
  present<StoredStatus>({ state: STATES[fields['status'] as number], details: text(fields['details']) })

const asset = (value: unknown): string | undefined => one(value, (fields) => text(fields['id'])) || undefined

const date = (value: unknown): Date | undefined =>
  one(value, (fields) => new Date(Number(fields['seconds']) * 1000 + Math.floor(Number(fields['nanos']) / 1e6)))

const any = (fields: Fields): AnyMessage => ({
  name: text(fields['type_url']).split('/').at(-1) ?? '',
  value: fields['value'] as Uint8Array,
})

function json(fields: Fields): JsonValue {
  if (fields['stringValue'] !== undefined) return text(fields['stringValue'])
  if (fields['numberValue'] !== undefined) return fields['numberValue'] as number
  if (fields['boolValue'] !== undefined) return fields['boolValue'] as boolean
  if (fields['structValue'] !== undefined) return jsonObject(fields['structValue'] as Fields)
  if (fields['listValue'] !== undefined) return many((fields['listValue'] as Fields)['values'], json)
  return null
}

const jsonObject = (fields: Fields): JsonObject =>
  Object.fromEntries(Object.entries(fields['fields'] as Fields).map(([key, value]) => [key, json(value as Fields)]))

const resourceId = (fields: Fields): StoredResource['id'] & object => ({
  type: text(fields['resource_type']),
  id: text(fields['resource']),
})

export const resourceType = (fields: Fields): StoredResourceType => ({
  id: text(fields['id']),
  displayName: text(fields['display_name']),
  description: text(fields['description']),
  traits: (fields['traits'] as readonly number[]).flatMap((trait) => TRAITS[trait] ?? []),
  annotations: many(fields['annotations'], any),
  sourcedExternally: fields['sourced_externally'] as boolean,
})

export const resource = (fields: Fields): StoredResource =>
  present<StoredResource>({
    id: one(fields['id'], resourceId),
    parent: one(fields['parent_resource_id'], resourceId),
    displayName: text(fields['display_name']),
    description: text(fields['description']),
    annotations: many(fields['annotations'], any),
    batonResource: fields['baton_resource'] as boolean,
    externalId: one(fields['external_id'], (id) => ({
      id: text(id['id']),
      link: text(id['link']),
      description: text(id['description']),
    })),
    creationSource: ([undefined, 'connector_list_resources', 'connector_list_grants_principal_jit'] as const)[
      fields['creation_source'] as number
    ],
    profile: one(fields['profile'], jsonObject),
    icon: asset(fields['icon']),
    status: one(fields['status'], status),
    createdAt: date(fields['created_at']),
  })

export const entitlement = (fields: Fields): StoredEntitlement =>
  present<StoredEntitlement>({
    resource: one(fields['resource'], resource),
    id: text(fields['id']),
    displayName: text(fields['display_name']),
    description: text(fields['description']),
    grantableTo: many(fields['grantable_to'], resourceType),
    annotations: many(fields['annotations'], any),
    purpose: ([undefined, 'assignment', 'permission', 'ownership'] as const)[fields['purpose'] as number],
    slug: text(fields['slug']),
  })

export const grant = (fields: Fields): StoredGrant =>
  present<StoredGrant>({
    entitlement: one(fields['entitlement'], entitlement),
    principal: one(fields['principal'], resource),
    id: text(fields['id']),
    annotations: many(fields['annotations'], any),
    sources: new Map(
      Object.entries((one(fields['sources'], (sources) => sources['sources']) ?? {}) as Fields).map(([key, source]) => [
        key,
        (source as Fields)['is_direct'] as boolean,
      ]),
    ),
  })

export const userTrait = (fields: Fields): StoredUserTrait =>
  present<StoredUserTrait>({
    emails: many(fields['emails'], (email) => ({
      address: text(email['address']),
      isPrimary: email['is_primary'] as boolean,
    })),
    status: one(fields['status'], status),
    profile: one(fields['profile'], jsonObject),
    icon: asset(fields['icon']),
    accountType: ([undefined, 'human', 'service', 'system'] as const)[fields['account_type'] as number],
    login: text(fields['login']),
    loginAliases: texts(fields['login_aliases']),
    employeeIds: texts(fields['employee_ids']),
    createdAt: date(fields['created_at']),
    lastLogin: date(fields['last_login']),
    mfaEnabled: one(fields['mfa_status'], (flag) => flag['mfa_enabled'] as boolean),
    ssoEnabled: one(fields['sso_status'], (flag) => flag['sso_enabled'] as boolean),
    structuredName: one(fields['structured_name'], (name) => ({
      givenName: text(name['given_name']),
      familyName: text(name['family_name']),
      middleNames: texts(name['middle_names']),
      prefix: text(name['prefix']),
      suffix: text(name['suffix']),
    })),
  })

export const groupTrait = (fields: Fields): StoredGroupTrait =>
  present<StoredGroupTrait>({
    icon: asset(fields['icon']),
    profile: one(fields['profile'], jsonObject),
    sourceType: text(fields['group_source_type']),
    rawSourceType: text(fields['raw_group_source_type']),
  })

export const roleTrait = (fields: Fields): StoredRoleTrait =>
  present<StoredRoleTrait>({
    profile: one(fields['profile'], jsonObject),
    scopeConditions: one(fields['role_scope_conditions'], (conditions) => ({
      type: text(conditions['type']),
      expressions: many(conditions['conditions'], (condition) => text(condition['expression'])),
    })),
  })

export const secretTrait = (fields: Fields): StoredSecretTrait =>
  present<StoredSecretTrait>({
    profile: one(fields['profile'], jsonObject),
    createdAt: date(fields['created_at']),
    expiresAt: date(fields['expires_at']),
    lastUsedAt: date(fields['last_used_at']),
  })

const FLAGS = [undefined, 'hidden', 'inactive', 'saml', 'oidc', 'bookmark'] as const

export const appTrait = (fields: Fields): StoredAppTrait =>
  present<StoredAppTrait>({
    helpUrl: text(fields['help_url']),
    icon: asset(fields['icon']),
    logo: asset(fields['logo']),
    profile: one(fields['profile'], jsonObject),
    flags: (fields['flags'] as readonly number[]).flatMap((flag) => FLAGS[flag] ?? []),
    sourceType: text(fields['app_source_type']),
    rawSourceType: text(fields['raw_app_source_type']),
  })

const FORMS = [undefined, 'server', 'desktop', 'laptop', 'tablet', 'mobile', 'virtual'] as const
const SYSTEMS = [
  undefined,
  'windows',
  'windows_mobile',
  'linux',
  'android',
  'macos',
  'ios',
  'ipados',
  'solaris',
  'aix',
  'hpux',
  'chromeos',
] as const

export const deviceTrait = (fields: Fields): StoredDeviceTrait =>
  present<StoredDeviceTrait>({
    serial: text(fields['serial']),
    form: fields['device_type'] === 99 ? 'other' : FORMS[fields['device_type'] as number],
    model: text(fields['model']),
    vendor: text(fields['vendor']),
    os: one(fields['os'], (os) =>
      present<NonNullable<StoredDeviceTrait['os']>>({
        type: os['type'] === 99 ? 'other' : SYSTEMS[os['type'] as number],
        name: text(os['name']),
        version: text(os['version']),
        build: text(os['build']),
      }),
    ),
  })
