import { z } from 'zod'
import { formatEntitlementId } from '../sdk/model/ids.ts'
import type {
  DeviceForm,
  DeviceOs,
  Entitlement,
  Grant,
  ManagedDeviceFacts,
  Resource,
  ResourceId,
  ResourceType,
  Status,
} from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'
import { userId } from './membership.ts'

const deviceType: ResourceType = Object.freeze({
  id: TYPE_IDS.device,
  displayName: 'Device',
  description: 'What a user signs in with: a laptop, a phone',
  traits: ['managed_device'],
  skipEntitlementsAndGrants: false,
  optIn: true,
} as const)

const DeviceNode = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  // The schema says that it is always there, and clients met devices without one (twingate-api.md §8).
  user: z.object({ id: z.string().min(1) }).nullable(),
  activeState: z.string().optional(),
  isTrusted: z.boolean().optional(),
  deviceType: z.string().optional(),
  osName: z.string().nullish(),
  osVersion: z.string().nullish(),
  serialNumber: z.string().nullish(),
  hostname: z.string().nullish(),
  clientVersion: z.string().nullish(),
  lastSuccessfulLoginAt: z.string().nullish(),
})
type DeviceNode = z.infer<typeof DeviceNode>

const ASSIGNED = 'assigned'

const deviceId = (id: string): ResourceId => ({ type: TYPE_IDS.device, id })

const nameOf = ({ name, hostname, id }: DeviceNode): string => displayNameOf(name ?? hostname ?? '', id)

const FORMS: Readonly<Record<string, DeviceForm>> = {
  DESKTOP: 'desktop',
  LAPTOP: 'laptop',
  TABLET: 'tablet',
  MOBILE: 'mobile',
  GENERIC: 'other',
}

const SYSTEMS: Readonly<Record<string, DeviceOs>> = {
  ...{ IPADOS: 'ipados', IOS: 'ios', MAC_OS: 'macos', ANDROID: 'android', CHROME_OS: 'chromeos' },
  ...{ WINDOWS: 'windows', LINUX: 'linux' },
}

/** What Twingate does not say is left out; a word that this version does not know is `other`. */
function factsOf({ deviceType: form, osName, osVersion, serialNumber }: DeviceNode): ManagedDeviceFacts {
  return {
    kind: 'managed_device',
    ...(serialNumber && { serial: serialNumber }),
    ...(form !== undefined && { form: FORMS[form] ?? 'other' }),
    ...(osName && { os: { type: SYSTEMS[osName] ?? 'other', ...(osVersion && { version: osVersion }) } }),
  }
}

const statusOf = (state: string): Status =>
  state === 'ACTIVE' ? { state: 'enabled' } : { state: 'disabled', details: state }

/** Pure. A device without a name has that of its host, else its id. */
export function deviceFromNode(node: DeviceNode): Resource {
  const { osName, osVersion, serialNumber, hostname, clientVersion, lastSuccessfulLoginAt } = node
  return {
    id: deviceId(node.id),
    displayName: nameOf(node),
    profile: {
      id: node.id,
      name: node.name ?? '',
      ...(node.deviceType !== undefined && { device_type: node.deviceType }),
      ...(node.activeState !== undefined && { active_state: node.activeState }),
      ...(node.isTrusted !== undefined && { is_trusted: node.isTrusted }),
      ...(node.user && { user_id: node.user.id }),
      ...(osName && { os_name: osName }),
      ...(osVersion && { os_version: osVersion }),
      ...(serialNumber && { serial_number: serialNumber }),
      ...(hostname && { hostname }),
      ...(clientVersion && { client_version: clientVersion }),
      ...(lastSuccessfulLoginAt && { last_login_at: lastSuccessfulLoginAt }),
    },
    ...(node.activeState !== undefined && { status: statusOf(node.activeState) }),
    facts: factsOf(node),
  }
}

/** A device is assigned to its user, and to nobody else. */
function heldOn(node: DeviceNode): {
  readonly entitlements: readonly Entitlement[]
  readonly grants: readonly Grant[]
} {
  const resource = deviceId(node.id)
  const id = formatEntitlementId(resource, ASSIGNED)
  const immutable = { reason: 'a device belongs to the user who signs in with it; archive the device to end that' }
  const name = nameOf(node)
  const entitlement: Entitlement = {
    ...{ id, resource, resourceName: name, slug: ASSIGNED, displayName: `${name} Assigned` },
    ...{ description: `Signs in with ${name}`, purpose: 'assignment', grantableTo: [TYPE_IDS.user], immutable },
  }
  const grants = node.user ? [{ entitlementId: id, resource, principal: userId(node.user.id), immutable }] : []
  return { entitlements: [entitlement], grants }
}

export const device: ListedThing<DeviceNode> = {
  type: deviceType,
  kind: 'Device',
  list: 'devices',
  one: 'device',
  operations: { list: 'Devices', one: 'Device' },
  fragment: {
    name: 'DeviceFields',
    text: fragmentOn('DeviceFields', 'Device', [
      ...['id', 'name', 'user { id }', 'activeState', 'isTrusted', 'deviceType', 'osName', 'osVersion'],
      ...['serialNumber', 'hostname', 'clientVersion', 'lastSuccessfulLoginAt'],
    ]),
  },
  node: DeviceNode,
  resourceOf: deviceFromNode,
  heldOn,
}

/** Every document of this file, for the test that checks them against the schema. */
export const deviceQueries = documentsOf(device)
