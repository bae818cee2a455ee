import { z } from 'zod'
import type { Action } from '../sdk/contract/provisioner.ts'
import type { Mutation, Query, TwingateClient } from '../twingate/client.ts'
import { queryById } from '../twingate/query-by-id.ts'
import { Device } from './device-lookup.ts'
import { statedAction, type StatedAction } from './stated-action.ts'

const DeviceById: Query<{ device: Device | null }> = {
  operation: 'DeviceState',
  document: 'query DeviceState($id: ID!) { device(id: $id) { id name activeState isTrusted user { id } } }',
  answer: z.object({ device: Device.nullable() }),
}

const Entity = z.object({ id: z.string() })

const changeBy = (field: string): Mutation<{ id: string }> => {
  const operation = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  return {
    operation,
    document: `mutation ${operation}($id: ID!) { ${field}(id: $id) { ok error entity { id } } }`,
    entity: Entity,
  }
}

const DeviceArchive = changeBy('deviceArchive')
const DeviceBlock = changeBy('deviceBlock')
const DeviceUnblock = changeBy('deviceUnblock')
const DeviceUpdate: Mutation<{ id: string }> = {
  operation: 'DeviceUpdate',
  document:
    'mutation DeviceUpdate($id: ID!, $trusted: Boolean!) { deviceUpdate(id: $id, isTrusted: $trusted) { ok error entity { id } } }',
  entity: Entity,
}

/** Every document of this file, for the test that checks them against the schema. */
export const deviceActionQueries = [DeviceById, DeviceArchive, DeviceBlock, DeviceUnblock, DeviceUpdate]

const stateOf = ({ activeState }: Device): string => `state ${activeState}`
const trustOf = (trusted: boolean): string => (trusted ? 'trusted' : 'not trusted')

/** What can be done to a device. Source: twingate-schema.graphql, `deviceUpdate` and the like. */
export function deviceActions(client: TwingateClient): readonly Action[] {
  const moved = (mutation: Mutation<{ id: string }>, after: string): Pick<StatedAction<Device>, 'states' | 'send'> => ({
    states: (device) => ({ before: stateOf(device), after: `state ${after}` }),
    send: (id, call) => client.mutate(mutation, { id }, call),
  })
  const trust = (trusted: boolean): Pick<StatedAction<Device>, 'states' | 'send'> => ({
    states: ({ isTrusted }) => ({ before: trustOf(isTrusted), after: trustOf(trusted) }),
    send: (id, call) => client.mutate(DeviceUpdate, { id, trusted }, call),
  })
  const archived = ({ activeState }: Device): string | undefined =>
    activeState === 'ARCHIVED' ? 'the device is archived, and its user must sign in with it again first' : undefined
  const kinds: readonly StatedAction<Device>[] = [
    {
      ...{ name: 'trust_device', displayName: 'Trust device', description: 'Marks a device as trusted' },
      ...trust(true),
    },
    {
      ...{ name: 'untrust_device', displayName: 'Untrust device', description: 'Marks a device as not trusted' },
      ...trust(false),
    },
    {
      ...{ name: 'block_device', displayName: 'Block device', description: 'Cuts a device off at once' },
      ...moved(DeviceBlock, 'BLOCKED'),
      guard: archived,
    },
    {
      ...{ name: 'unblock_device', displayName: 'Unblock device', description: 'Lets a blocked device in again' },
      ...moved(DeviceUnblock, 'ACTIVE'),
      guard: archived,
    },
    {
      ...{ name: 'archive_device', displayName: 'Archive device', description: 'Takes a device out of use' },
      ...moved(DeviceArchive, 'ARCHIVED'),
    },
  ]
  const device = {
    ...{ kind: 'Device', type: 'device', word: 'device' },
    read: (id, call) =>
      queryById(
        client,
        { kind: 'Device', id, query: DeviceById, variables: {}, objectIn: (answer): Device | null => answer.device },
        call,
      ),
  } as const satisfies Parameters<typeof statedAction<Device>>[0]
  return kinds.map((kind) => statedAction(device, kind))
}
