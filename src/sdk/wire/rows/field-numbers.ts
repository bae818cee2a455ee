/**
 * Field and enum numbers of the messages in a snapshot, for encoders and decoders. Each constant is one message, named as in `proto/`, which a test
 * compares with them.
 *
 * Source: the Baton protocol as of baton-sdk v0.25.0; google/protobuf/{any,struct,timestamp}.proto.
 */
export const ANY = { typeUrl: 1, value: 2 } as const
export const TIMESTAMP = { seconds: 1, nanos: 2 } as const
export const STRUCT = { fields: 1 } as const
export const VALUE = {
  nullValue: 1,
  numberValue: 2,
  stringValue: 3,
  boolValue: 4,
  structValue: 5,
  listValue: 6,
} as const
export const LIST_VALUE = { values: 1 } as const

/** An entry of any map. */
export const MAP_ENTRY = { key: 1, value: 2 } as const

export const RESOURCE_TYPE = {
  id: 1,
  displayName: 2,
  traits: 3,
  annotations: 4,
  description: 5,
  sourcedExternally: 6,
} as const

export const RESOURCE_ID = { resourceType: 1, resource: 2, batonResource: 3 } as const

export const RESOURCE = {
  id: 1,
  parentResourceId: 2,
  displayName: 3,
  annotations: 4,
  description: 5,
  batonResource: 6,
  externalId: 7,
  creationSource: 8,
  profile: 9,
  icon: 10,
  status: 11,
  createdAt: 12,
} as const

export const EXTERNAL_ID = { id: 1, link: 2, description: 3 } as const
export const ASSET_REF = { id: 1 } as const

/** `Status` and `UserTrait.Status` have the same fields and numbers. */
export const STATUS = { status: 1, details: 2 } as const

export const ENTITLEMENT = {
  resource: 1,
  id: 2,
  displayName: 3,
  description: 4,
  grantableTo: 5,
  annotations: 6,
  purpose: 7,
  slug: 8,
} as const

export const GRANT = { entitlement: 1, principal: 2, id: 3, annotations: 4, sources: 5 } as const
export const GRANT_SOURCES = { sources: 1 } as const
export const GRANT_SOURCE = { isDirect: 1 } as const
export const GRANT_METADATA = { metadata: 1 } as const
export const GRANT_EXPANDABLE = { entitlementIds: 1, shallow: 2, resourceTypeIds: 3 } as const

/** `GrantImmutable` and `EntitlementImmutable` have the same fields and numbers. */
export const IMMUTABLE = { sourceId: 1, metadata: 2 } as const

export const USER_TRAIT = {
  emails: 1,
  status: 2,
  profile: 3,
  icon: 4,
  accountType: 5,
  login: 6,
  loginAliases: 7,
  createdAt: 8,
  lastLogin: 9,
  mfaStatus: 10,
  ssoStatus: 11,
  structuredName: 12,
  employeeIds: 13,
} as const

export const EMAIL = { address: 1, isPrimary: 2 } as const
export const MFA_STATUS = { mfaEnabled: 1 } as const
export const SSO_STATUS = { ssoEnabled: 1 } as const
export const STRUCTURED_NAME = { givenName: 1, familyName: 2, middleNames: 3, prefix: 4, suffix: 5 } as const

export const GROUP_TRAIT = { icon: 1, profile: 2, groupSourceType: 3, rawGroupSourceType: 4 } as const
export const ROLE_TRAIT = { profile: 1, roleScopeConditions: 2 } as const
export const ROLE_SCOPE_CONDITIONS = { type: 1, conditions: 3 } as const
export const ROLE_SCOPE_CONDITION = { expression: 1 } as const

export const APP_TRAIT = {
  helpUrl: 1,
  icon: 2,
  logo: 3,
  profile: 4,
  flags: 5,
  appSourceType: 6,
  rawAppSourceType: 7,
} as const

export const SECRET_TRAIT = {
  profile: 1,
  createdAt: 2,
  expiresAt: 3,
  lastUsedAt: 4,
  createdById: 5,
  identityId: 6,
  credentialType: 7,
  credentialDetail: 8,
} as const

/** `SecretTrait.CredentialType`. */
export const CREDENTIAL_TYPES = { static_secret: 1, asymmetric_key: 2, certificate: 3 } as const

export const MANAGED_DEVICE_TRAIT = { serial: 1, deviceType: 4, model: 5, vendor: 6, os: 7 } as const
export const DEVICE_OS = { type: 1, name: 2, version: 3, build: 4 } as const

/** `ManagedDeviceTrait.DeviceType`. */
export const DEVICE_FORMS = { server: 1, desktop: 2, laptop: 3, tablet: 4, mobile: 5, virtual: 6, other: 99 } as const

/** `DeviceOS.OsType`. */
export const DEVICE_SYSTEMS = {
  windows: 1,
  windows_mobile: 2,
  linux: 3,
  android: 4,
  macos: 5,
  ios: 6,
  ipados: 7,
  solaris: 8,
  aix: 9,
  hpux: 10,
  chromeos: 11,
  other: 99,
} as const

/** `ResourceType.Trait`. */
export const TRAITS = {
  user: 1,
  group: 2,
  role: 3,
  app: 4,
  secret: 5,
  security_insight: 6,
  scope_binding: 7,
  vendor: 8,
  vendor_agreement: 9,
  license_profile: 10,
  agent: 11,
  managed_device: 12,
} as const

/** `Status.ResourceStatus` and `UserTrait.Status.Status`. */
export const STATES = { enabled: 1, disabled: 2, deleted: 3 } as const

/** `UserTrait.AccountType`. */
export const ACCOUNT_TYPES = { human: 1, service: 2, system: 3 } as const

/** `Entitlement.PurposeValue`. */
export const PURPOSES = { assignment: 1, permission: 2, ownership: 3 } as const

/** `Resource.CreationSource`: by which of a connector's answers the resource became known. */
export const CREATION_SOURCES = { connector_list_resources: 1, connector_list_grants_principal_jit: 2 } as const

/** `AppTrait.AppFlag`. */
export const APP_FLAGS = { hidden: 1, inactive: 2, saml: 3, oidc: 4, bookmark: 5 } as const
