import { describe, expect, it } from 'vitest'
import { capabilitiesJson } from '../../../../../src/sdk/cli/commands/capabilities.ts'
import { configSchemaJson } from '../../../../../src/sdk/cli/commands/config.ts'
import type { Connector } from '../../../../../src/sdk/contract/connector.ts'
import type { Field } from '../../../../../src/sdk/settings/field.ts'

const metadata = { displayName: 'Toy', description: 'A toy', helpUrl: '/docs/toy' }

const toy: Connector = {
  name: 'toy',
  source: 'toy',
  metadata,
  syncers: [
    {
      type: { id: 'user', displayName: 'User', description: '', traits: ['user'], skipEntitlementsAndGrants: true },
      list: async () => ({ resources: [], entitlements: [], grants: [] }),
    },
  ],
  actions: [],
  validate: async () => {},
}

describe('capabilitiesJson', () => {
  it('has the SDK’s shape, key order and indent, and no line break at the end', () => {
    expect(capabilitiesJson(toy)).toBe(`{
  "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
  "resourceTypeCapabilities": [
    {
      "resourceType": {
        "id": "user",
        "displayName": "User",
        "traits": [
          "TRAIT_USER"
        ],
        "annotations": [
          {
            "@type": "type.googleapis.com/c1.connector.v2.SkipEntitlementsAndGrants"
          }
        ]
      },
      "capabilities": [
        "CAPABILITY_SYNC"
      ],
      "permissions": {}
    }
  ],
  "connectorCapabilities": [
    "CAPABILITY_SYNC"
  ],
  "credentialDetails": {}
}`)
  })

  it('says that accounts are created without a password, where they can be created', () => {
    const nothing = async () => undefined as never
    const syncers = toy.syncers.map((syncer) => ({ ...syncer, createAccount: nothing }))
    expect(JSON.parse(capabilitiesJson({ ...toy, syncers }))).toMatchObject({
      credentialDetails: {
        capabilityAccountProvisioning: {
          supportedCredentialOptions: ['CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD'],
          preferredCredentialOption: 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD',
        },
      },
    })
  })
})

describe('configSchemaJson', () => {
  const base = { displayName: 'D', description: 'd' } as const
  const fields: readonly Field[] = [
    { ...base, name: 'key', kind: 'string', secret: true, required: true, placeholder: 'p', export: 'gui' },
    { ...base, name: 'private', kind: 'string' },
    { ...base, name: 'level', kind: 'string', allowed: ['a', 'b'], default: 'a', export: 'ops' },
    { ...base, name: 'count', kind: 'int', min: 1, max: 5, default: 3, export: 'ops' },
    { ...base, name: 'flag', kind: 'bool', export: 'gui' },
    { ...base, name: 'list', kind: 'string-list', export: 'gui' },
  ]
  const text = configSchemaJson(fields, metadata)

  it('lists exported fields, those for operation first, with zero values left out and numbers as texts', () => {
    expect(JSON.parse(text)).toEqual({
      fields: [
        { name: 'level', ...base, isOps: true, stringField: { defaultValue: 'a', rules: { in: ['a', 'b'] } } },
        { name: 'count', ...base, isOps: true, intField: { defaultValue: '3', rules: { lte: '5', gte: '1' } } },
        {
          name: 'key',
          ...base,
          placeholder: 'p',
          isRequired: true,
          isSecret: true,
          stringField: { rules: { isRequired: true } },
        },
        { name: 'flag', ...base, boolField: {} },
        { name: 'list', ...base, stringSliceField: {} },
      ],
      displayName: 'Toy',
      helpUrl: '/docs/toy',
    })
  })

  it('is indented by two spaces and ends without a line break', () => {
    expect(text.startsWith('{\n  "fields": [\n    {\n      "name": "level",\n')).toBe(true)
    expect(text.endsWith('\n}')).toBe(true)
  })
})
