import { z } from 'zod'
import type { Resource, ResourceId, ResourceType, Status } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'
import { remoteNetworkId } from './remote-network.ts'

export const connectorType: ResourceType = Object.freeze({
  id: TYPE_IDS.connector,
  displayName: 'Connector',
  description: 'A program in a remote network through which its resources are reached',
  traits: [],
  skipEntitlementsAndGrants: true,
} as const)

export const ConnectorNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  state: z.string().optional(),
  version: z.string().nullish(),
  hostname: z.string().nullish(),
  publicIP: z.string().nullish(),
  lastHeartbeatAt: z.string().nullish(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  remoteNetwork: z.object({ id: z.string().min(1) }),
})
export type ConnectorNode = z.infer<typeof ConnectorNode>

const connectorId = (id: string): ResourceId => ({ type: TYPE_IDS.connector, id })

/** One that is not alive is shown as disabled, with Twingate's word for why. */
const statusOf = (state: string): Status =>
  state === 'ALIVE' ? { state: 'enabled' } : { state: 'disabled', details: `state ${state} in Twingate` }

/** Pure. Empty names fall back to the id. */
export function connectorFromNode(node: ConnectorNode): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: connectorId(node.id),
    displayName: displayNameOf(node.name, node.id),
    parent: remoteNetworkId(node.remoteNetwork.id),
    profile: {
      id: node.id,
      name: node.name,
      ...(node.state !== undefined && { state: node.state }),
      ...(node.version && { version: node.version }),
      ...(node.hostname && { hostname: node.hostname }),
      ...(node.publicIP && { public_ip: node.publicIP }),
      ...(node.lastHeartbeatAt && { last_heartbeat_at: node.lastHeartbeatAt }),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    ...(node.state !== undefined && { status: statusOf(node.state) }),
    ...(createdAt && { createdAt }),
  }
}

export const connector: ListedThing<ConnectorNode> = {
  type: connectorType,
  kind: 'Connector',
  list: 'connectors',
  one: 'connector',
  operations: { list: 'Connectors', one: 'Connector' },
  fragment: {
    name: 'ConnectorFields',
    text: fragmentOn('ConnectorFields', 'Connector', [
      ...['id', 'name', 'state', 'version', 'hostname', 'publicIP', 'lastHeartbeatAt', 'createdAt', 'updatedAt'],
      'remoteNetwork { id }',
    ]),
  },
  node: ConnectorNode,
  resourceOf: connectorFromNode,
}

/** Every document of this file, for the test that checks them against the schema. */
export const connectorQueries = documentsOf(connector)
