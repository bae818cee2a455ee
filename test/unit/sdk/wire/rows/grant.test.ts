import { describe, expect, it } from 'vitest'

import { encodeExpandable, encodeGrant } from '../../../../../src/sdk/wire/rows/grant.ts'
import type { Grant } from '../../../../../src/sdk/model/model.ts'
import { decode, struct } from './oracle.ts'

const grant: Grant = {
  entitlementId: 'group:g1:member',
  resource: { type: 'group', id: 'g1' },
  principal: { type: 'user', id: 'u1' },
}

describe('encodeGrant', () => {
  it('gives the bytes of the format reference, the resource by id only', () => {
    expect(Buffer.from(encodeGrant(grant)).toString('hex')).toBe(
      '0a200a0d0a0b0a0567726f757012026731120f67726f75703a67313a6d656d626572120c0a0a0a0475736572120275311a1767726f75703a67313a6d656d6265723a757365723a7531',
    )
  })

  it('says why it cannot be changed, on every grant that shares the value', () => {
    const immutable = { reason: 'synced' }
    for (const id of ['u1', 'u2'])
      expect(decode('Grant', encodeGrant({ ...grant, principal: { type: 'user', id }, immutable }))).toEqual({
        entitlement: { resource: { id: { resource_type: 'group', resource: 'g1' } }, id: 'group:g1:member' },
        principal: { id: { resource_type: 'user', resource: id } },
        id: `group:g1:member:user:${id}`,
        annotations: [{ '@type': 'c1.connector.v2.GrantImmutable', metadata: struct(immutable) }],
      })
  })

  it('says what else is true of it', () => {
    const metadata = { expires_at: '2026-12-01T00:00:00Z' }
    expect(decode('Grant', encodeGrant({ ...grant, metadata }))).toMatchObject({
      annotations: [{ '@type': 'c1.connector.v2.GrantMetadata', metadata: struct(metadata) }],
    })
  })

  it('keeps what it passes on apart, in a form of its own', () => {
    const expandable = { entitlementIds: ['group:g1:member'], shallow: true, types: ['user'] }
    expect(encodeGrant({ ...grant, expandable })).toEqual(encodeGrant(grant))
    expect(decode('GrantExpandable', encodeExpandable(expandable))).toEqual({
      entitlement_ids: ['group:g1:member'],
      shallow: true,
      resource_type_ids: ['user'],
    })
  })
})
