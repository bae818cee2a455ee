import { z } from 'zod'
import type { Entitlement, Profile, Resource } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { ACCESS, TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'
import { accessEntitlementId, AccessPolicy, accessPolicyProfile, networkResourceId } from './access-edge.ts'
import { remoteNetworkId } from './remote-network.ts'

const Ports = z.object({
  policy: z.string(),
  ports: z.array(z.object({ start: z.number(), end: z.number() })).nullish(),
})

export const NetworkResourceNode = z.object({
  kind: z.string(),
  id: z.string().min(1),
  name: z.string(),
  isActive: z.boolean(),
  alias: z.string().nullish(),
  address: z.object({ type: z.string(), value: z.string() }).optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
  protocols: z.object({ allowIcmp: z.boolean(), tcp: Ports, udp: Ports }).nullish(),
  remoteNetwork: z.object({ id: z.string().min(1), name: z.string() }),
  securityPolicy: z.object({ id: z.string(), name: z.string() }).nullish(),
  accessPolicy: AccessPolicy.nullish(),
  approvalMode: z.string().nullish(),
  routingMode: z.string().nullish(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})
export type NetworkResourceNode = z.infer<typeof NetworkResourceNode>

/** The fields of a resource that a row is made of, asked through the interface, so that kinds this version does not know come as well. */
export const NETWORK_RESOURCE_FIELDS = `${fragmentOn('ResourceFields', 'Resource', [
  ...['kind: __typename', 'id', 'name', 'isActive', 'alias', 'address { type value }', 'tags { key value }'],
  'protocols { allowIcmp tcp { policy ports { start end } } udp { policy ports { start end } } }',
  ...['remoteNetwork { id name }', 'securityPolicy { id name }', 'accessPolicy { mode durationSeconds }'],
  ...['approvalMode', 'createdAt', 'updatedAt', '...RoutedFields'],
])}
${fragmentOn('RoutedFields', 'NetworkResource', ['id', 'routingMode'])}`

/** What a resource may lack, as `Query.lacks`. */
export const NETWORK_RESOURCE_LACKS = [...lackable('Resource', NetworkResourceNode), 'NetworkResource.routingMode']

const KINDS: Readonly<Record<string, string>> = {
  NetworkResource: 'network',
  KubernetesResource: 'kubernetes',
  SSHResource: 'ssh',
  WebAppResource: 'web-app',
}

const BYPASS = 'BYPASS_TWINGATE'
const BYPASSED = 'routed past Twingate: no policy, no log and no auto-lock apply'

/** Pure. Empty names fall back to the id; kinds that this version does not know are told in the API's word. */
export function networkResourceFromNode(node: NetworkResourceNode): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: networkResourceId(node.id),
    displayName: displayNameOf(node.name, node.id),
    ...(node.routingMode === BYPASS && { description: BYPASSED }),
    parent: remoteNetworkId(node.remoteNetwork.id),
    profile: {
      id: node.id,
      name: node.name,
      kind: KINDS[node.kind] ?? node.kind,
      ...(node.address && { address: node.address.value, address_type: node.address.type }),
      ...(node.alias && { alias: node.alias }),
      is_active: node.isActive,
      remote_network_id: node.remoteNetwork.id,
      remote_network_name: node.remoteNetwork.name,
      ...conditions(node),
      ...(node.protocols && protocolsProfile(node.protocols)),
      ...(node.routingMode && { routing_mode: node.routingMode }),
      ...(node.routingMode === BYPASS && { routing_note: BYPASSED }),
      ...Object.fromEntries((node.tags ?? []).map(({ key, value }) => [`tag:${key}`, value])),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    status: node.isActive ? { state: 'enabled' } : { state: 'disabled', details: 'inactive in Twingate' },
    ...(createdAt && { createdAt }),
  }
}

/** What holds for everybody who reaches it, unless an access edge says otherwise. */
const conditions = ({ securityPolicy, accessPolicy, approvalMode }: NetworkResourceNode): Profile => ({
  ...(securityPolicy && { security_policy_id: securityPolicy.id, security_policy_name: securityPolicy.name }),
  ...(accessPolicy && accessPolicyProfile(accessPolicy)),
  ...(approvalMode && { approval_mode: approvalMode }),
})

const protocolsProfile = ({ allowIcmp, tcp, udp }: NonNullable<NetworkResourceNode['protocols']>): Profile => ({
  allow_icmp: allowIcmp,
  tcp: portsText(tcp),
  udp: portsText(udp),
})

/** `ALLOW_ALL`, or `RESTRICTED 22, 8000-8080`. */
function portsText({ policy, ports }: z.infer<typeof Ports>): string {
  const ranges = (ports ?? []).map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`))
  return [policy, ranges.join(', ')].filter((part) => part !== '').join(' ')
}

/** Reaching the resource. */
export function accessEntitlement(node: NetworkResourceNode): Entitlement {
  const resource = networkResourceId(node.id)
  const name = displayNameOf(node.name, node.id)
  return {
    id: accessEntitlementId(resource),
    resource,
    resourceName: name,
    slug: ACCESS,
    displayName: `${name} Access`,
    description: `Reaches ${name} over Twingate`,
    purpose: 'permission',
    grantableTo: [TYPE_IDS.group, TYPE_IDS.serviceAccount],
  }
}
