import type { ConnectorError } from '../ground/errors.ts'
import type { Resource } from '../model/model.ts'
import type { ProvisionCall } from './provisioner.ts'

/** An id and what people call it. */
export interface Labelled {
  readonly id: string
  readonly displayName: string
}

/** A kind of ticket. Source: `c1.connector.v2.TicketSchema`. */
export interface TicketSchema extends Labelled {
  readonly types: readonly Labelled[]
  readonly statuses: readonly Labelled[]
}

/** Something that somebody asked for, and what became of it. Source: `c1.connector.v2.Ticket`. */
export interface Ticket extends Labelled {
  readonly description: string
  readonly status: Labelled
  readonly type: Labelled
  readonly requestedFor: Resource
  readonly createdAt: Date
}

/**
 * Shows tickets of the source. It gives no capability: TICKETING says that tickets can be created.
 */
export interface TicketReader {
  readonly schemas: readonly TicketSchema[]
  /** Why no ticket can be created, as a sentence without its end. */
  readonly whyNoneIsCreated: string
  /** One answer for each id, in their order. Errors in the place of a ticket: `not-found`. Errors: as the client maps them. */
  tickets(ids: readonly string[], call: ProvisionCall): Promise<readonly (Ticket | ConnectorError)[]>
}
