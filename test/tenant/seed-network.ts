import { seededRandom } from './random.ts'
import type { Tenant } from './tenant.ts'

/** How much a network holds besides its users and groups; what is left out is none. */
export interface NetworkSize {
  readonly resources?: number
  readonly remoteNetworks?: number
  readonly serviceAccounts?: number
  readonly devices?: number
  /** Groups that reach each resource. Default 3. */
  readonly groupsPerResource?: number
}

/** Fills a tenant that has users and groups: each remote network with a connector, each service account with a key, devices by turns of the users. */
export function seedNetwork(tenant: Tenant, size: NetworkSize): Tenant {
  const { resources = 0, remoteNetworks = 0, serviceAccounts = 0, devices = 0, groupsPerResource = 3 } = size
  const { network, users, groups } = tenant
  const random = seededRandom(7)
  for (let i = 0; i < remoteNetworks; i++) network.addConnector(network.addRemoteNetwork())
  for (let i = 0; i < serviceAccounts; i++) network.addKey(network.addServiceAccount())
  for (let i = 0; i < resources; i++) {
    const remote = network.remoteNetworks[i % network.remoteNetworks.length]
    if (!remote) break
    const resource = network.addResource(remote)
    while (resource.access.length < Math.min(groupsPerResource, groups.length)) {
      const group = groups[random(groups.length)]
      if (group) network.allow(resource, group)
    }
  }
  for (let i = 0; i < devices; i++) {
    const user = users[i % users.length]
    if (user) network.addDevice(user)
  }
  return tenant
}
