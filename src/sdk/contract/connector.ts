import type { ConnectorError } from '../ground/errors.ts'
import type { ResourceType } from '../model/model.ts'
import type { EventFeed } from './event-feed.ts'
import {
  type Action,
  type CredentialIssuer,
  hasAccountCreator,
  hasCreator,
  hasDeleter,
  hasIssuer,
  hasProvisioner,
  hasRotator,
} from './provisioner.ts'
import type { Call, ListPage, PageCall, ResourceSyncer } from './syncer.ts'
import { hasGet } from './syncer.ts'
import type { TicketReader } from './tickets.ts'

export interface ConnectorMetadata {
  readonly displayName: string
  readonly description: string
  /** Path or address of the setup guide. */
  readonly helpUrl: string
}

/** A source system as the core sees it. Making one costs nothing: no request is sent before a method is called. */
export interface Connector {
  /** Name of the program, for example `baton-twingate`. */
  readonly name: string
  readonly metadata: ConnectorMetadata
  /** Names what is read, for example the address of a network: what was read of one source is never continued from another. */
  readonly source: string
  /** What people call the source, for example the name of a network; it stays the same where its address changes. Syncs of two such names never share a file. */
  readonly sourceName?: string
  /** One per resource type. */
  readonly syncers: readonly ResourceSyncer[]
  /** What can be done besides, by name; empty where there is nothing. */
  readonly actions: readonly Action[]
  /** What happened at the source, as streams. @default none */
  readonly eventFeeds?: readonly EventFeed[]
  /** @default there are no tickets */
  readonly tickets?: TicketReader
  /**
   * Asks for a page of each of several listings in one request. Absent where the source answers for one listing a request; the engine then asks
   * each syncer by itself.
   *
   * Shape: the pages in the order of `wanted`, each as `ResourceSyncer.list` gives it. An error in the place of a page is about that listing alone,
   * and the other pages hold all the same.
   * Errors: as `ResourceSyncer.list`, where none of the pages came.
   */
  listTogether?(wanted: readonly WantedPage[]): Promise<readonly (ListPage | ConnectorError)[]>
  /** Tries the endpoint and the credentials without reading data. Errors: as the client maps them, in words for the user. */
  validate(call: Pick<Call, 'signal' | 'log'>): Promise<void>
}

/** A page that travels with others. The calls of one request have the same signal. */
export interface WantedPage {
  readonly syncer: ResourceSyncer
  readonly call: PageCall
}

/** Ids of the types that a sync reads where nobody names any. */
export const usualTypes = ({ syncers }: Pick<Connector, 'syncers'>): readonly string[] =>
  syncers.filter(({ type }) => type.optIn !== true).map(({ type }) => type.id)

/** Numbers decide the order in which capabilities are listed. Source: `c1.connector.v2.Capability`. */
const CAPABILITY_NUMBERS = {
  PROVISION: 1,
  SYNC: 2,
  ACCOUNT_PROVISIONING: 5,
  CREDENTIAL_ROTATION: 6,
  RESOURCE_CREATE: 7,
  RESOURCE_DELETE: 8,
  ACTIONS: 10,
  TARGETED_SYNC: 11,
  EVENT_FEED_V2: 12,
  SERVICE_MODE_TARGETED_SYNC: 13,
  CREDENTIAL_ISSUE: 14,
} as const

export type Capability = keyof typeof CAPABILITY_NUMBERS

export interface Capabilities {
  /** Sorted by type id; the order inside a type is the SDK's. */
  readonly types: readonly {
    readonly type: ResourceType
    readonly capabilities: readonly Capability[]
    /** Where credentials can be made for resources of the type. */
    readonly credentials?: CredentialIssuer['credentials']
  }[]
  /** What any type offers and what the connector offers as a whole, by enum number. */
  readonly connector: readonly Capability[]
}

/** Derives what a connector can do from what its syncers implement; nothing is declared. Source: baton-sdk `pkg/connectorbuilder`. */
export function capabilitiesOf(connector: Connector): Capabilities {
  const types = connector.syncers
    .map((syncer) => ({
      type: syncer.type,
      capabilities: capabilitiesOfType(syncer),
      ...(hasIssuer(syncer) && { credentials: syncer.credentials }),
    }))
    .sort((a, b) => (a.type.id < b.type.id ? -1 : 1))
  const met = new Set(types.flatMap((entry) => entry.capabilities))
  if (met.has('TARGETED_SYNC')) met.add('SERVICE_MODE_TARGETED_SYNC')
  if (connector.actions.length > 0) met.add('ACTIONS')
  if (connector.eventFeeds?.length) met.add('EVENT_FEED_V2')
  return { types, connector: [...met].sort((a, b) => CAPABILITY_NUMBERS[a] - CAPABILITY_NUMBERS[b]) }
}

const capabilitiesOfType = (syncer: ResourceSyncer): readonly Capability[] => [
  'SYNC',
  ...(hasGet(syncer) ? (['TARGETED_SYNC'] as const) : []),
  ...(hasProvisioner(syncer) ? (['PROVISION'] as const) : []),
  ...(hasAccountCreator(syncer) ? (['ACCOUNT_PROVISIONING'] as const) : []),
  ...(hasDeleter(syncer) ? (['RESOURCE_DELETE'] as const) : []),
  ...(hasCreator(syncer) ? (['RESOURCE_CREATE'] as const) : []),
  ...(hasRotator(syncer) ? (['CREDENTIAL_ROTATION'] as const) : []),
  ...(hasIssuer(syncer) ? (['CREDENTIAL_ISSUE'] as const) : []),
]
