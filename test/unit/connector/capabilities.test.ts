import { expect, it } from 'vitest'
import { describeTwingate } from '../../../src/connector/describe.ts'
import { capabilitiesOf } from '../../../src/sdk/contract/connector.ts'

const READ = ['SYNC', 'TARGETED_SYNC']

it('Twingate offers what is written in its setup guide', () => {
  const { types, connector } = capabilitiesOf(describeTwingate())
  expect(Object.fromEntries(types.map(({ type, capabilities }) => [type.id, capabilities]))).toEqual({
    connector: READ,
    device: READ,
    gateway: READ,
    group: ['SYNC', 'TARGETED_SYNC', 'PROVISION', 'RESOURCE_DELETE', 'RESOURCE_CREATE'],
    'network-resource': ['SYNC', 'TARGETED_SYNC', 'PROVISION'],
    'remote-network': READ,
    'security-policy': READ,
    'service-account': [...READ, 'CREDENTIAL_ISSUE'],
    'service-account-key': [...READ, 'RESOURCE_DELETE', 'CREDENTIAL_ROTATION'],
    role: ['SYNC', 'TARGETED_SYNC', 'PROVISION'],
    user: ['SYNC', 'TARGETED_SYNC', 'ACCOUNT_PROVISIONING', 'RESOURCE_DELETE'],
  })
  expect(connector).toEqual([
    'PROVISION',
    'SYNC',
    'ACCOUNT_PROVISIONING',
    'CREDENTIAL_ROTATION',
    'RESOURCE_CREATE',
    'RESOURCE_DELETE',
    'ACTIONS',
    'TARGETED_SYNC',
    'EVENT_FEED_V2',
    'SERVICE_MODE_TARGETED_SYNC',
    'CREDENTIAL_ISSUE',
  ])
})
