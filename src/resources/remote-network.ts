import { z } from 'zod'
import type { Resource, ResourceId, ResourceType } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'

export const remoteNetworkType: ResourceType = Object.freeze({
  id: TYPE_IDS.remoteNetwork,
  displayName: 'Remote network',
  description: 'A private network that holds resources and is reached through its connectors',
  traits: [],
  skipEntitlementsAndGrants: true,
} as const)

export const RemoteNetworkNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  networkType: z.string().optional(),
  location: z.string().optional(),
  isActive: z.boolean(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})
export type RemoteNetworkNode = z.infer<typeof RemoteNetworkNode>

export const remoteNetworkId = (id: string): ResourceId => ({ type: TYPE_IDS.remoteNetwork, id })

/** Pure. Empty names fall back to the id. */
export function remoteNetworkFromNode(node: RemoteNetworkNode): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: remoteNetworkId(node.id),
    displayName: displayNameOf(node.name, node.id),
    profile: {
      id: node.id,
      name: node.name,
      ...(node.networkType !== undefined && { network_type: node.networkType }),
      ...(node.location !== undefined && { location: node.location }),
      is_active: node.isActive,
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    status: node.isActive ? { state: 'enabled' } : { state: 'disabled', details: 'inactive in Twingate' },
    ...(createdAt && { createdAt }),
  }
}

export const remoteNetwork: ListedThing<RemoteNetworkNode> = {
  type: remoteNetworkType,
  kind: 'RemoteNetwork',
  list: 'remoteNetworks',
  one: 'remoteNetwork',
  operations: { list: 'RemoteNetworks', one: 'RemoteNetwork' },
  fragment: {
    name: 'RemoteNetworkFields',
    text: fragmentOn('RemoteNetworkFields', 'RemoteNetwork', [
      ...['id', 'name', 'networkType', 'location', 'isActive', 'createdAt', 'updatedAt'],
    ]),
  },
  node: RemoteNetworkNode,
  resourceOf: remoteNetworkFromNode,
}

/** Every document of this file, for the test that checks them against the schema. */
export const remoteNetworkQueries = documentsOf(remoteNetwork)
