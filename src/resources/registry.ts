import type { TwingateClient } from '../twingate/client.ts'
import { lookupQueries } from './lookup.ts'
import type { Clock, Sleep } from '../sdk/ground/ports.ts'
import type { EventFeed } from '../sdk/contract/event-feed.ts'
import type { AccountCreator, Action, ResourceDeleter } from '../sdk/contract/provisioner.ts'
import type { ResourceSyncer } from '../sdk/contract/syncer.ts'
import type { TicketReader } from '../sdk/contract/tickets.ts'
import { directoryAccount, type DirectoryOptions } from './directory-account.ts'
import { groupLifecycle, groupLifecycleQueries } from './group-lifecycle.ts'
import { groupMembership, groupMembershipQueries } from './group-membership.ts'
import { groupRenameQueries } from './group-rename.ts'
import { groupQueries, groupResource } from './group.ts'
import { accessChange, accessChangeQueries } from './access-change.ts'
import { accessRequestActions, accessRequestQueries } from './access-request.ts'
import { accessRequestFeed, accessRequestFeedQueries } from './access-request-feed.ts'
import { accessRequestTickets } from './access-request-tickets.ts'
import { deviceActionQueries, deviceActions } from './device-actions.ts'
import { accountKeyQueries } from './account-keys.ts'
import { keyActionQueries, keyActions } from './key-actions.ts'
import { keyDeleter, keyIssuer, keyIssuerQueries } from './key-issuer.ts'
import { keyCreateQueries } from './key-create.ts'
import { keyRotator } from './key-rotator.ts'
import { device, deviceQueries } from './device.ts'
import { devicePostureQueries, withPosture } from './device-posture.ts'
import { deviceLookupQueries } from './device-lookup.ts'
import { connector, connectorQueries } from './connector.ts'
import { gateway, gatewayQueries } from './gateway.ts'
import { listedResource } from './listed-type.ts'
import { networkResource, networkResourceQueries } from './network-resource.ts'
import { remoteNetwork, remoteNetworkQueries } from './remote-network.ts'
import { securityPolicy, securityPolicyQueries } from './security-policy.ts'
import { serviceAccount, serviceAccountQueries } from './service-account.ts'
import { serviceAccountKey, serviceAccountKeyQueries } from './service-account-key.ts'
import { roleAssignment, roleAssignmentQueries } from './role-assignment.ts'
import { roleQueries, roleResource } from './role.ts'
import { userAccount, userAccountQueries } from './user-account.ts'
import { userActionQueries, userActions } from './user-actions.ts'
import { userQueries, userResource } from './user.ts'
import { whereKnown } from './where-known.ts'

export type { DirectoryOptions as AccountOptions } from './directory-account.ts'

/** Every resource type with all that can be done with it, in the order it is synced. */
export const resourceSyncers = (
  client: TwingateClient,
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep },
  { accounts, posture = 0 }: { readonly accounts?: DirectoryOptions; readonly posture?: number } = {},
): readonly ResourceSyncer[] => [
  Object.freeze({ ...userResource(client), ...accountsOf(client, sleep, accounts) }),
  Object.freeze({ ...groupResource(client), ...groupMembership(client), ...groupLifecycle(client, { sleep }) }),
  Object.freeze({ ...roleResource(client), ...roleAssignment(client) }),
  whereKnown('resources', Object.freeze({ ...networkResource(client), ...accessChange(client) })),
  listedResource(client, remoteNetwork),
  listedResource(client, connector),
  listedResource(client, gateway),
  Object.freeze({ ...listedResource(client, serviceAccount), ...keyIssuer(client, { clock, sleep }) }),
  whereKnown(
    'serviceAccounts',
    Object.freeze({ ...serviceAccountKey(client), ...keyDeleter(client), ...keyRotator(client, { sleep }) }),
  ),
  listedResource(client, securityPolicy),
  devicesOf(client, posture),
]

const devicesOf = (client: TwingateClient, posture: number) => {
  const devices = listedResource(client, device)
  return posture > 0 ? withPosture(client, devices, posture) : devices
}

const accountsOf = (client: TwingateClient, sleep: Sleep, accounts: DirectoryOptions | undefined) => {
  const local = userAccount(client, { sleep })
  return asPlainObject(accounts ? directoryAccount(client, local, accounts) : local)
}

/** Only what an object has itself is spread into a syncer, and the methods of a class are not among it. */
const asPlainObject = (accounts: AccountCreator & ResourceDeleter): AccountCreator & ResourceDeleter => ({
  accountFields: accounts.accountFields,
  planAccount: (account, call) => accounts.planAccount(account, call),
  createAccount: (account, call) => accounts.createAccount(account, call),
  planDelete: (id, call) => accounts.planDelete(id, call),
  delete: (id, call) => accounts.delete(id, call),
})

/** What else can be done, by name. */
export const resourceActions = (client: TwingateClient): readonly Action[] => [
  ...userActions(client),
  ...deviceActions(client),
  ...accessRequestActions(client),
  ...keyActions(client),
]

/** What happens at Twingate that a platform may follow. */
export const resourceFeeds = (client: TwingateClient, clock: Clock): readonly EventFeed[] => [
  accessRequestFeed(client, clock),
]

/** What somebody asked for. */
export const resourceTickets = (client: TwingateClient): TicketReader => accessRequestTickets(client)

/** Every constant document of the resource types, for the test that checks them against the schema. */
export const allQueries = [
  ...userQueries,
  ...userAccountQueries,
  ...userActionQueries,
  ...groupQueries,
  ...groupMembershipQueries,
  ...groupLifecycleQueries,
  ...groupRenameQueries,
  ...roleQueries,
  ...roleAssignmentQueries,
  ...networkResourceQueries,
  ...accessChangeQueries,
  ...remoteNetworkQueries,
  ...connectorQueries,
  ...gatewayQueries,
  ...serviceAccountQueries,
  ...serviceAccountKeyQueries,
  ...securityPolicyQueries,
  ...lookupQueries,
  ...deviceQueries,
  ...deviceLookupQueries,
  ...devicePostureQueries,
  ...deviceActionQueries,
  ...accessRequestQueries,
  ...accessRequestFeedQueries,
  ...accountKeyQueries,
  ...keyCreateQueries,
  ...keyIssuerQueries,
  ...keyActionQueries,
]
