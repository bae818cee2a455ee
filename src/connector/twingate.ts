import { z } from 'zod'
import {
  type AccountOptions,
  resourceActions,
  resourceFeeds,
  resourceSyncers,
  resourceTickets,
} from '../resources/registry.ts'
import type { Connector } from '../sdk/contract/connector.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Clock, Sleep } from '../sdk/ground/ports.ts'
import { createRatePacer } from '../sdk/pacing/rate-limit.ts'
import type { Secret } from '../sdk/ground/secret.ts'
import type { RereadSecret } from '../sdk/ground/renewable-secret.ts'
import { createTwingateClient, type Query, type TwingateClient } from '../twingate/client.ts'
import { listTogether } from '../twingate/list-together.ts'
import { mayReceiveKey, type Endpoint, type SettingPlaces } from '../twingate/endpoint.ts'
import { GROUPS_PAGE, GroupsPage } from '../resources/group.ts'
import { GROUP_FIELDS, GROUP_LACKS } from '../resources/group-node.ts'
import { MEMBER_GROUP_LACKS } from '../resources/membership.ts'
import { USER_LACKS } from '../resources/user-node.ts'
import type { Transport } from '../sdk/http/transport.ts'
import { USER_FRAGMENTS, USERS_PAGE, UsersPage } from '../resources/users-page.ts'
import { PUBLISHED_READS, PUBLISHED_WRITES } from './published-limits.ts'

export interface TwingateOptions {
  readonly endpoint: Endpoint
  readonly key: Secret
  /** See `ClientOptions.rereadKey`. */
  readonly rereadKey?: RereadSecret
  readonly transport: Transport
  readonly clock: Clock
  readonly sleep: Sleep
  readonly version: string
  /** See `ClientOptions.places`. */
  readonly places?: SettingPlaces
  /** By which accounts of an identity provider are made and ended. @default they are left to their provider */
  readonly accounts?: AccountOptions
  /** Devices whose posture is read at most, one request each. @default none */
  readonly posture?: number
  /** Whether each request lists one type alone. @default false: a request carries a page of every list that is being read */
  readonly oneListingARequest?: boolean
  /** Told when requests are held back for the rate limit, with the moment they go on. */
  readonly onWait?: (until: Date) => void
}

/**
 * Asks for one row of each list, with all that a sync asks for: a key or an API that fails a sync fails here. The lists that prove a page whole
 * are left out, as on the first page.
 */
const Validate: Query<{ users: { totalCount: number }; groups: { totalCount: number } }> = {
  operation: 'Validate',
  document: `query Validate($first: Int!, $after: String, $groups: Int!, $withGroups: Boolean!) {
    users(first: $first, after: $after) ${USERS_PAGE}
    groups(first: $first, after: $after) ${GROUPS_PAGE}
  }\n${USER_FRAGMENTS}\n${GROUP_FIELDS}`,
  answer: z.object({ users: UsersPage, groups: GroupsPage }),
  lacks: new Set([...USER_LACKS, ...MEMBER_GROUP_LACKS, ...GROUP_LACKS]),
}

const VALIDATE_VARIABLES = { first: 1, groups: 1, withGroups: true }

/** Every document of this file, for the test that checks them against the schema. */
export const connectorQueries = [Validate]

/** The Twingate connector and the client its parts share. Nothing is sent before a method is called. */
export function createTwingate(options: TwingateOptions): {
  readonly connector: Connector
  readonly client: TwingateClient
} {
  const { endpoint, key, rereadKey, transport, clock, sleep, version, places, onWait } = options
  const client = createTwingateClient({
    url: new URL(endpoint.url),
    key,
    ...(rereadKey && { rereadKey }),
    mayMoveTo: (url) => mayReceiveKey(endpoint, url),
    transport,
    pacers: {
      read: createRatePacer({ clock, sleep, published: PUBLISHED_READS, ...(onWait && { onWait }) }),
      write: createRatePacer({ clock, sleep, published: PUBLISHED_WRITES, ...(onWait && { onWait }) }),
    },
    clock,
    userAgent: `baton-twingate/${version}`,
    ...(places && { places }),
  })
  const connector: Connector = {
    name: 'baton-twingate',
    source: `${endpoint.network} at ${endpoint.url}`,
    sourceName: endpoint.network,
    metadata: {
      displayName: 'Twingate',
      description: 'Users, groups and roles of a Twingate network, and who holds what',
      helpUrl: '/docs/baton/twingate',
    },
    syncers: resourceSyncers(client, { clock, sleep }, options),
    actions: resourceActions(client),
    eventFeeds: resourceFeeds(client, clock),
    tickets: resourceTickets(client),
    ...(!options.oneListingARequest && { listTogether: (wanted) => listTogether(client, wanted) }),
    async validate(call) {
      const { users, groups } = await client.query(Validate, VALIDATE_VARIABLES, call)
      if (users.totalCount === 0 || groups.totalCount === 0)
        throw new ConnectorError(
          'aborted',
          'validate',
          `Twingate counts ${users.totalCount} users and ${groups.totalCount} groups for this key, although every network has an administrator and the built-in group Everyone; see what the API key may read, and run again`,
        )
      call.log.info('the key can read the network', { users: users.totalCount, groups: groups.totalCount })
    },
  }
  return { connector: Object.freeze(connector), client }
}
