import { describe, expect, it } from 'vitest'
import type { Connector } from '../../../../src/sdk/contract/connector.ts'
import { capabilitiesOf } from '../../../../src/sdk/contract/connector.ts'
import type { ResourceSyncer, TargetedGetter } from '../../../../src/sdk/contract/syncer.ts'

const syncer = (id: string): ResourceSyncer => ({
  type: { id, displayName: id, description: '', traits: [], skipEntitlementsAndGrants: false },
  list: async () => ({ resources: [], entitlements: [], grants: [] }),
})

const targeted = (id: string): ResourceSyncer & TargetedGetter => ({ ...syncer(id), get: async () => undefined })

const connector = (...syncers: readonly ResourceSyncer[]): Connector => ({
  name: 'toy',
  source: 'toy',
  metadata: { displayName: 'Toy', description: '', helpUrl: '' },
  syncers,
  actions: [],
  validate: async () => {},
})

describe('capabilitiesOf', () => {
  it('sorts types by id and gives each what its syncer implements', () => {
    const { types } = capabilitiesOf(connector(syncer('b'), targeted('a')))
    expect(types.map(({ type, capabilities }) => [type.id, ...capabilities])).toEqual([
      ['a', 'SYNC', 'TARGETED_SYNC'],
      ['b', 'SYNC'],
    ])
  })

  it('lists each capability once for the connector, by enum number', () => {
    expect(capabilitiesOf(connector(targeted('a'), targeted('b'), syncer('c'))).connector).toEqual([
      'SYNC',
      'TARGETED_SYNC',
      'SERVICE_MODE_TARGETED_SYNC',
    ])
  })

  it('offers no targeted sync in service mode where no type has one', () => {
    expect(capabilitiesOf(connector(syncer('a'))).connector).toEqual(['SYNC'])
  })

  it('gives a type what its parts implement, in the SDK’s order', () => {
    const nothing = async () => undefined as never
    const parts = { create: nothing, planCreate: nothing, delete: nothing, planDelete: nothing, createAccount: nothing }
    const all = { ...targeted('a'), ...parts, apply: nothing, plan: nothing, mostPerWrite: 1 }
    const { types, connector: whole } = capabilitiesOf(connector(all))
    expect(types[0]?.capabilities).toEqual([
      'SYNC',
      'TARGETED_SYNC',
      'PROVISION',
      'ACCOUNT_PROVISIONING',
      'RESOURCE_DELETE',
      'RESOURCE_CREATE',
    ])
    expect(whole).toEqual([
      'PROVISION',
      'SYNC',
      'ACCOUNT_PROVISIONING',
      'RESOURCE_CREATE',
      'RESOURCE_DELETE',
      'TARGETED_SYNC',
      'SERVICE_MODE_TARGETED_SYNC',
    ])
  })

  it('offers actions where there is one', () => {
    const nothing = async () => undefined as never
    const action = {
      name: 'x',
      displayName: 'X',
      description: '',
      types: [],
      fields: [],
      plan: nothing,
      invoke: nothing,
    }
    expect(capabilitiesOf({ ...connector(syncer('a')), actions: [action] }).connector).toEqual(['SYNC', 'ACTIONS'])
  })
})
