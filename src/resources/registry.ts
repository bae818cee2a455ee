import type { TwingateClient } from '../connector/client.ts'
import type { ResourceSyncer } from '../sdk/syncer.ts'
import { groupQueries, groupResource } from './group.ts'
import { roleQueries, roleResource } from './role.ts'
import { userQueries, userResource } from './user.ts'

/** Every resource type, in the order it is synced. A new type adds one line here and one to `allQueries`. */
export const resourceSyncers = (client: TwingateClient): readonly ResourceSyncer[] => [
  userResource(client),
  groupResource(client),
  roleResource(client),
]

export const allQueries = [...userQueries, ...groupQueries, ...roleQueries]
