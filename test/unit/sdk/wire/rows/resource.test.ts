import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { encodePrincipal, encodeResource } from '../../../../../src/sdk/wire/rows/resource.ts'
import type { Resource } from '../../../../../src/sdk/model/model.ts'
import { hostileText } from './hostile-text.ts'
import { decode, struct } from './oracle.ts'

const alice: Resource = {
  id: { type: 'user', id: 'u1' },
  displayName: 'Alice',
  profile: { last_name: 'Ångström', is_admin: true, logins: 0, first_name: '' },
  status: { state: 'disabled', details: 'pending' },
  createdAt: new Date('2024-02-29T12:00:00.250Z'),
  facts: { kind: 'user', login: 'alice', emails: ['a@example.com', 'b@example.com'], accountType: 'service' },
}

const createdAt = { seconds: Date.parse('2024-02-29T12:00:00Z') / 1000, nanos: 250_000_000 }

describe('encodeResource', () => {
  it('writes facts of a user into the trait and into the fields of newer readers', () => {
    const profile = struct(alice.profile)
    expect(decode('Resource', encodeResource(alice))).toEqual({
      id: { resource_type: 'user', resource: 'u1' },
      display_name: 'Alice',
      profile,
      status: { status: 'RESOURCE_STATUS_DISABLED', details: 'pending' },
      created_at: createdAt,
      annotations: [
        {
          '@type': 'c1.connector.v2.UserTrait',
          emails: [{ address: 'a@example.com', is_primary: true }, { address: 'b@example.com' }],
          status: { status: 'STATUS_DISABLED', details: 'pending' },
          profile,
          account_type: 'ACCOUNT_TYPE_SERVICE',
          login: 'alice',
          created_at: createdAt,
        },
      ],
    })
  })

  it('writes no annotation for a resource whose type has no trait', () => {
    const { facts: _facts, ...plain } = alice
    expect(decode('Resource', encodeResource(plain))).not.toHaveProperty('annotations')
  })

  it('writes whom a secret proves and when it ends, and what an app is', () => {
    const key: Resource = {
      id: { type: 'key', id: 'k1' },
      displayName: 'K',
      profile: { status: 'ACTIVE' },
      createdAt: new Date('2024-02-29T12:00:00.250Z'),
      facts: {
        kind: 'secret',
        expiresAt: new Date('2025-02-28T12:00:00Z'),
        identity: { type: 'service-account', id: 's1' },
        credentialDetail: 'twingate_service_key',
      },
    }
    const profile = struct(key.profile)
    expect(decode('Resource', encodeResource(key))['annotations']).toEqual([
      {
        '@type': 'c1.connector.v2.SecretTrait',
        profile,
        created_at: createdAt,
        expires_at: { seconds: Date.parse('2025-02-28T12:00:00Z') / 1000 },
        identity_id: { resource_type: 'service-account', resource: 's1' },
        credential_type: 'CREDENTIAL_TYPE_STATIC_SECRET',
        credential_detail: 'twingate_service_key',
      },
    ])
    const os = { type: 'macos', version: '15.1' } as const
    const laptop = { ...key, facts: { kind: 'managed_device', serial: 'S1', form: 'laptop', os } } as const
    expect(decode('Resource', encodeResource(laptop))['annotations']).toEqual([
      {
        ...{ '@type': 'c1.connector.v2.ManagedDeviceTrait', serial: 'S1', device_type: 'DEVICE_TYPE_LAPTOP' },
        os: { type: 'OS_TYPE_MACOS', version: '15.1' },
      },
    ])
    expect(decode('Resource', encodeResource({ ...key, facts: { kind: 'app' } }))['annotations']).toEqual([
      { '@type': 'c1.connector.v2.AppTrait', profile },
    ])
  })

  it('writes source types of a group, description and parent', () => {
    const group: Resource = {
      id: { type: 'group', id: 'g1' },
      parent: { type: 'tenant', id: 't' },
      displayName: 'G',
      description: 'All',
      profile: { type: 'SYNCED' },
      facts: { kind: 'group', sourceType: 'directory_synced', rawSourceType: 'SYNCED' },
    }
    expect(decode('Resource', encodeResource(group))).toEqual({
      id: { resource_type: 'group', resource: 'g1' },
      parent_resource_id: { resource_type: 'tenant', resource: 't' },
      display_name: 'G',
      description: 'All',
      profile: struct(group.profile),
      annotations: [
        {
          '@type': 'c1.connector.v2.GroupTrait',
          profile: struct(group.profile),
          group_source_type: 'directory_synced',
          raw_group_source_type: 'SYNCED',
        },
      ],
    })
  })

  it('keeps the trait of a role without facts, because old readers look only there', () => {
    const role: Resource = { id: { type: 'role', id: 'r' }, displayName: 'R', profile: {}, facts: { kind: 'role' } }
    expect(decode('Resource', encodeResource(role))['annotations']).toEqual([{ '@type': 'c1.connector.v2.RoleTrait' }])
  })

  it('makes the same bytes whatever the order of the profile keys', () => {
    const reversed = Object.fromEntries(Object.entries(alice.profile).toReversed())
    expect(encodeResource({ ...alice, profile: reversed })).toEqual(encodeResource(alice))
  })

  it('writes dates before 1970 with positive nanoseconds', () => {
    const decoded = decode('Resource', encodeResource({ ...alice, createdAt: new Date(-1500) }))
    expect(decoded['created_at']).toEqual({ seconds: -2, nanos: 500_000_000 })
  })

  it('survives any text, with U+FFFD for what is no valid UTF-16', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (id, name, value) => {
        const bytes = encodeResource({ ...alice, id: { type: 'user', id }, displayName: name, profile: { key: value } })
        const decoded = decode('Resource', bytes)
        const resource = id.toWellFormed()
        expect(decoded['id']).toEqual({ resource_type: 'user', ...(resource !== '' && { resource }) })
        expect(decoded['display_name'] ?? '').toBe(name.toWellFormed())
        expect(decoded['profile']).toEqual(struct({ key: value.toWellFormed() }))
      }),
    )
  })
})

describe('encodePrincipal', () => {
  it('is field 2 of a grant holding only the id', () => {
    expect(Buffer.from(encodePrincipal({ type: 'user', id: 'u1' })).toString('hex')).toBe(
      '120c0a0a0a047573657212027531',
    )
  })
})
