import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'

import { decodeExpandable, immutableOf } from '../../../../../src/sdk/wire/rows/decode-annotations.ts'
import { decodeEntitlement } from '../../../../../src/sdk/wire/rows/decode-entitlement.ts'
import { decodeGrant, decodeGrantSources, isDirect } from '../../../../../src/sdk/wire/rows/decode-grant.ts'
import { decodeResource } from '../../../../../src/sdk/wire/rows/decode-resource.ts'
import { decodeResourceType } from '../../../../../src/sdk/wire/rows/decode-resource-type.ts'
import {
  appTraitOf,
  deviceTraitOf,
  groupTraitOf,
  roleTraitOf,
  secretTraitOf,
  userTraitOf,
} from '../../../../../src/sdk/wire/rows/decode-traits.ts'
import { encodeEntitlement } from '../../../../../src/sdk/wire/rows/entitlement.ts'
import * as numbers from '../../../../../src/sdk/wire/rows/field-numbers.ts'
import { encodeGrant } from '../../../../../src/sdk/wire/rows/grant.ts'
import { encodeResource } from '../../../../../src/sdk/wire/rows/resource.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import * as expected from './expected-row.ts'
import { enumNamed, typeNamed } from './oracle.ts'
import { encodePlain, randomMessage, unknownFields } from './random-message.ts'

/** Reads an annotation's bytes through the resource that carries it. */
const asAnnotation =
  <T>(name: string, read: (resource: { annotations: { name: string; value: Uint8Array }[] }) => T) =>
  (value: Uint8Array): T =>
    read({
      annotations: [
        { name: 'c1.connector.v2.Other', value },
        { name: `c1.connector.v2.${name}`, value },
      ],
    })

const MESSAGES = [
  ['ResourceType', decodeResourceType, expected.resourceType],
  ['Resource', decodeResource, expected.resource],
  ['Entitlement', decodeEntitlement, expected.entitlement],
  ['Grant', decodeGrant, expected.grant],
  ['UserTrait', asAnnotation('UserTrait', userTraitOf), expected.userTrait],
  ['GroupTrait', asAnnotation('GroupTrait', groupTraitOf), expected.groupTrait],
  ['RoleTrait', asAnnotation('RoleTrait', roleTraitOf), expected.roleTrait],
  ['SecretTrait', asAnnotation('SecretTrait', secretTraitOf), expected.secretTrait],
  ['AppTrait', asAnnotation('AppTrait', appTraitOf), expected.appTrait],
  ['ManagedDeviceTrait', asAnnotation('ManagedDeviceTrait', deviceTraitOf), expected.deviceTrait],
] as const satisfies readonly (readonly [string, (bytes: Uint8Array) => unknown, (fields: never) => unknown])[]

describe.each(MESSAGES)('the decoder of %s', (name, decode, expect_) => {
  it('reads every message that protobufjs writes, with fields it does not know before and behind', () => {
    fc.assert(
      fc.property(randomMessage(`c1.connector.v2.${name}`), unknownFields, unknownFields, (message, before, behind) => {
        const bytes = Buffer.concat([before, encodePlain(`c1.connector.v2.${name}`, message), behind])
        expect(plain(decode(bytes))).toEqual(plain(expect_(expected.reflected(name, bytes))))
      }),
      { numRuns: 400 },
    )
  })

  it('refuses damaged bytes with one kind of error, and never reads beyond them', () => {
    const damaged = randomMessage(`c1.connector.v2.${name}`).chain((message) => {
      const bytes = encodePlain(`c1.connector.v2.${name}`, message)
      return fc.oneof(
        fc.nat(bytes.length).map((end) => bytes.subarray(0, end)),
        fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)).map(([at, byte]) => {
          const changed = Uint8Array.from(bytes)
          changed[at] = byte
          return changed
        }),
        fc.uint8Array({ maxLength: 60 }),
      )
    })
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          decode(Buffer.from(bytes))
        } catch (error) {
          if (!ConnectorError.is(error)) throw error
          expect(error.code).toBe('data-loss')
        }
      }),
      { numRuns: 400 },
    )
  })
})

/** Bytes as hex and maps as lists, which compare by value; -0 is 0 on its way through JSON profiles. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return [...(value as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1))
  if (value instanceof Date || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}

describe('decoders', () => {
  it('read back what the encoders write', () => {
    const resource = decodeResource(
      encodeResource({
        id: { type: 'user', id: 'u:1' },
        parent: { type: 'tenant', id: 't' },
        displayName: 'Ångström 😀',
        profile: { admin: true, logins: 3, first_name: 'Å' },
        status: { state: 'disabled', details: 'pending' },
        createdAt: new Date(-1500),
        facts: { kind: 'user', login: 'a', emails: ['a@b', 'c@d'], accountType: 'service' },
      }),
    )
    const { annotations, ...fields } = resource
    const profile = { admin: true, logins: 3, first_name: 'Å' }
    expect(fields).toEqual({
      id: { type: 'user', id: 'u:1' },
      parent: { type: 'tenant', id: 't' },
      displayName: 'Ångström 😀',
      description: '',
      batonResource: false,
      profile,
      status: { state: 'disabled', details: 'pending' },
      createdAt: new Date(-1500),
    })
    expect(userTraitOf({ annotations })).toMatchObject({
      emails: [
        { address: 'a@b', isPrimary: true },
        { address: 'c@d', isPrimary: false },
      ],
      accountType: 'service',
      profile,
    })
    expect(groupTraitOf(resource)).toBeUndefined()
  })

  it('tell why a row cannot be changed', () => {
    const grant = {
      entitlementId: 'group:g:member',
      resource: { type: 'group', id: 'g' },
      principal: { type: 'user', id: 'u' },
    }
    const immutable = { reason: 'synced' }
    expect(immutableOf(decodeGrant(encodeGrant({ ...grant, immutable })), 'GrantImmutable')).toEqual({
      sourceId: '',
      metadata: immutable,
    })
    expect(immutableOf(decodeGrant(encodeGrant(grant)), 'GrantImmutable')).toBeUndefined()
    const entitlement = decodeEntitlement(
      encodeEntitlement(
        {
          id: 'group:g:member',
          resource: { type: 'group', id: 'g' },
          resourceName: 'G',
          slug: 'member',
          displayName: 'G member',
          description: 'In G',
          purpose: 'assignment',
          grantableTo: ['user'],
          immutable,
        },
        new Map(),
      ),
    )
    expect(immutableOf(entitlement, 'EntitlementImmutable')).toMatchObject({ metadata: immutable })
    expect(entitlement).toMatchObject({
      purpose: 'assignment',
      slug: 'member',
      grantableTo: [{ id: 'user', traits: [] }],
    })
  })

  it('tell grants that a principal holds itself from those that follow from others', () => {
    const grant = (sources: object): Uint8Array =>
      encodePlain('c1.connector.v2.Grant', { id: 'x*', sources: { sources } })
    const inherited = decodeGrantSources(grant({ 'group:h:member': { is_direct: true } }))
    const both = decodeGrantSources(grant({ 'group:g:member': {}, 'group:h:member': { is_direct: true } }))
    expect([...both]).toEqual([
      ['group:g:member', false],
      ['group:h:member', true],
    ])
    expect([new Map(), both, inherited].map((sources) => isDirect(sources, 'group:g:member'))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('read what a grant passes on', () => {
    const message = { entitlement_ids: ['a', 'b'], shallow: true, resource_type_ids: ['user'] }
    expect(decodeExpandable(encodePlain('c1.connector.v2.GrantExpandable', message))).toEqual({
      entitlementIds: ['a', 'b'],
      shallow: true,
      resourceTypeIds: ['user'],
    })
  })

  it('read enums that are not packed', () => {
    expect(decodeResourceType(Buffer.from('0a017518011802', 'hex')).traits).toEqual(['user', 'group'])
  })

  it('take a field that comes in another form than the known one as unknown', () => {
    expect(decodeResourceType(Buffer.from('0801120155', 'hex'))).toMatchObject({ id: '', displayName: 'U' })
  })

  it.each([
    ['a profile nested too deep', nested(200)],
    ['groups nested too deep', Buffer.alloc(200, 0x0b)],
    ['a text that is not UTF-8', Buffer.from('1a02c328', 'hex')],
    ['a long text that is not UTF-8', Buffer.concat([Buffer.from('1a28', 'hex'), Buffer.alloc(40, 0xc3)])],
    ['a length beyond the end', Buffer.from('1aff7f', 'hex')],
    ['a number that does not end', Buffer.alloc(20, 0xff)],
    ['a field with the number 0', Buffer.from('0000', 'hex')],
    ['an end of a group that began nowhere', Buffer.from('0c', 'hex')],
  ])('refuse %s', (_, bytes) => {
    expect(() => decodeResource(bytes)).toThrow('a row of it is damaged')
  })
})

/** A resource whose profile has lists in lists. */
function nested(depth: number): Uint8Array {
  const wrap = (field: number, bytes: Uint8Array): Uint8Array =>
    protobuf.Writer.create()
      .uint32(field * 8 + 2)
      .bytes(bytes)
      .finish()
  let value: Uint8Array = new Uint8Array()
  for (let level = 0; level < depth; level++) value = wrap(6, wrap(1, value))
  return wrap(9, wrap(1, wrap(2, value)))
}

describe('the field numbers', () => {
  const MESSAGE_OF: Readonly<Record<string, string>> = {
    ANY: 'google.protobuf.Any',
    TIMESTAMP: 'google.protobuf.Timestamp',
    STRUCT: 'google.protobuf.Struct',
    VALUE: 'google.protobuf.Value',
    LIST_VALUE: 'google.protobuf.ListValue',
    GRANT_SOURCE: 'c1.connector.v2.GrantSources.GrantSource',
    EMAIL: 'c1.connector.v2.UserTrait.Email',
    MFA_STATUS: 'c1.connector.v2.UserTrait.MFAStatus',
    SSO_STATUS: 'c1.connector.v2.UserTrait.SSOStatus',
    STRUCTURED_NAME: 'c1.connector.v2.UserTrait.StructuredName',
    IMMUTABLE: 'c1.connector.v2.GrantImmutable',
    DEVICE_OS: 'c1.connector.v2.DeviceOS',
  }
  const ENUM_OF: Readonly<Record<string, readonly [name: string, prefix: string]>> = {
    TRAITS: ['c1.connector.v2.ResourceType.Trait', 'TRAIT_'],
    STATES: ['c1.connector.v2.Status.ResourceStatus', 'RESOURCE_STATUS_'],
    ACCOUNT_TYPES: ['c1.connector.v2.UserTrait.AccountType', 'ACCOUNT_TYPE_'],
    PURPOSES: ['c1.connector.v2.Entitlement.PurposeValue', 'PURPOSE_VALUE_'],
    CREATION_SOURCES: ['c1.connector.v2.Resource.CreationSource', 'CREATION_SOURCE_'],
    CREDENTIAL_TYPES: ['c1.connector.v2.SecretTrait.CredentialType', 'CREDENTIAL_TYPE_'],
    DEVICE_FORMS: ['c1.connector.v2.ManagedDeviceTrait.DeviceType', 'DEVICE_TYPE_'],
    DEVICE_SYSTEMS: ['c1.connector.v2.DeviceOS.OsType', 'OS_TYPE_'],
    APP_FLAGS: ['c1.connector.v2.AppTrait.AppFlag', 'APP_FLAG_'],
  }
  const pascal = (name: string): string =>
    name.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())
  const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

  it.each(Object.entries(numbers).filter(([name]) => name !== 'MAP_ENTRY'))(
    'of %s are those of proto/',
    (name, constant) => {
      const [enumName, prefix] = ENUM_OF[name] ?? []
      const declared =
        enumName !== undefined && prefix !== undefined
          ? Object.entries(enumNamed(enumName).values)
              .filter(([, number]) => number > 0)
              .map(([each, number]) => [each.slice(prefix.length).toLowerCase(), number] as const)
          : typeNamed(MESSAGE_OF[name] ?? `c1.connector.v2.${pascal(name)}`).fieldsArray.map(
              (field) => [camel(field.name), field.id] as const,
            )
      expect(constant).toEqual(Object.fromEntries(declared))
    },
  )
})
