import { describe, expect, it } from 'vitest'

import { encodeResourceType, encodeResourceTypeReference } from '../../../../../src/sdk/wire/rows/resource-type.ts'
import type { ResourceType } from '../../../../../src/sdk/model/model.ts'
import { decode } from './oracle.ts'

const user: ResourceType = {
  id: 'user',
  displayName: 'User',
  description: '',
  traits: ['user'],
  skipEntitlementsAndGrants: false,
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('encodeResourceType', () => {
  it('gives the literal bytes of the format reference', () => {
    expect(hex(encodeResourceType(user))).toBe('0a04757365721204557365721a0101')
    expect(hex(encodeResourceType({ ...user, id: 'group', displayName: 'Group', traits: ['group'] }))).toBe(
      '0a0567726f7570120547726f75701a0102',
    )
  })

  it('carries description and the skip annotation', () => {
    const bytes = encodeResourceType({ ...user, description: 'A person', skipEntitlementsAndGrants: true })
    expect(decode('ResourceType', bytes)).toEqual({
      id: 'user',
      display_name: 'User',
      traits: ['TRAIT_USER'],
      description: 'A person',
      annotations: [{ '@type': 'c1.connector.v2.SkipEntitlementsAndGrants' }],
    })
  })
})

describe('encodeResourceTypeReference', () => {
  it('leaves out what an unknown type does not tell', () => {
    expect(decode('ResourceType', encodeResourceTypeReference({ id: 'robot' }))).toEqual({ id: 'robot' })
  })
})
