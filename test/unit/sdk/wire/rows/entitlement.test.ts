import { describe, expect, it } from 'vitest'

import { encodeEntitlement } from '../../../../../src/sdk/wire/rows/entitlement.ts'
import { encodeResourceType } from '../../../../../src/sdk/wire/rows/resource-type.ts'
import { leadingFields } from '../../../../../src/sdk/wire/rows/leading-fields.ts'
import type { Entitlement } from '../../../../../src/sdk/model/model.ts'
import { decode, struct } from './oracle.ts'

const member: Entitlement = {
  id: 'group:g1:member',
  resource: { type: 'group', id: 'g1' },
  resourceName: 'Everyone',
  slug: 'member',
  displayName: 'member',
  description: '',
  purpose: 'assignment',
  grantableTo: ['user'],
}

const user = encodeResourceType({
  id: 'user',
  displayName: 'User',
  description: 'A person',
  traits: ['user'],
  skipEntitlementsAndGrants: true,
})

describe('encodeEntitlement', () => {
  it('gives the literal bytes of the format reference', () => {
    const bytes = encodeEntitlement(member, new Map([['user', leadingFields(user, 3)]]))
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '0a170a0b0a0567726f7570120267311a0845766572796f6e65120f67726f75703a67313a6d656d6265721a066d656d6265722a0f0a04757365721204557365721a0101380142066d656d626572',
    )
  })

  it('names an unknown grantable type by id alone', () => {
    const decoded = decode('Entitlement', encodeEntitlement(member, new Map()))
    expect(decoded['grantable_to']).toEqual([{ id: 'user' }])
  })

  it('says why it cannot be changed', () => {
    const immutable = { reason: 'synced from the directory' }
    const decoded = decode('Entitlement', encodeEntitlement({ ...member, purpose: 'ownership', immutable }, new Map()))
    expect(decoded['purpose']).toBe('PURPOSE_VALUE_OWNERSHIP')
    expect(decoded['annotations']).toEqual([
      { '@type': 'c1.connector.v2.EntitlementImmutable', metadata: struct(immutable) },
    ])
  })
})
