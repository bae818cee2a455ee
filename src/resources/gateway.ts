import { z } from 'zod'
import type { Resource, ResourceId, ResourceType } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'
import { remoteNetworkId } from './remote-network.ts'

export const gatewayType: ResourceType = Object.freeze({
  id: TYPE_IDS.gateway,
  displayName: 'Gateway',
  description: 'Where a remote network takes in sessions of clusters, hosts and web apps',
  traits: [],
  skipEntitlementsAndGrants: true,
} as const)

const Authority = z.object({ id: z.string().min(1) }).nullish()

export const GatewayNode = z.object({
  id: z.string().min(1),
  address: z.string(),
  remoteNetwork: z.object({ id: z.string().min(1) }),
  x509CA: Authority,
  sshCA: Authority,
})
export type GatewayNode = z.infer<typeof GatewayNode>

const gatewayId = (id: string): ResourceId => ({ type: TYPE_IDS.gateway, id })

/** Pure. A gateway has no name of its own, so it is called by its address. */
export const gatewayFromNode = ({ id, address, remoteNetwork, x509CA, sshCA }: GatewayNode): Resource => ({
  id: gatewayId(id),
  displayName: displayNameOf(address, id),
  parent: remoteNetworkId(remoteNetwork.id),
  profile: {
    id,
    address,
    remote_network_id: remoteNetwork.id,
    ...(x509CA && { x509_ca_id: x509CA.id }),
    ...(sshCA && { ssh_ca_id: sshCA.id }),
  },
})

/** Source: twingate-depth.md §1.2, row 4. Networks of before summer 2026 do not have it. */
export const gateway: ListedThing<GatewayNode> = {
  type: gatewayType,
  kind: 'Gateway',
  list: 'gateways',
  one: 'gateway',
  operations: { list: 'Gateways', one: 'Gateway' },
  fragment: {
    name: 'GatewayFields',
    text: fragmentOn('GatewayFields', 'Gateway', [
      ...['id', 'address', 'remoteNetwork { id }', 'x509CA { id }', 'sshCA { id }'],
    ]),
  },
  node: GatewayNode,
  resourceOf: gatewayFromNode,
}

/** Every document of this file, for the test that checks them against the schema. */
export const gatewayQueries = documentsOf(gateway)
