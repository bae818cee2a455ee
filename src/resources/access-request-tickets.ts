import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { Labelled, Ticket, TicketReader } from '../sdk/contract/tickets.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { askMany, type ManyQuery } from '../twingate/ask-many.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { heldAgainst, isIdOf, notAnIdError, probeIdOf } from '../twingate/global-id.ts'
import { ACCESS_REQUEST_TYPE, AccessRequest, REQUEST_FIELDS, requesterOf, requestTitle } from './access-request-node.ts'

const RequestsById: ManyQuery<AccessRequest | null> = {
  operation: 'RequestsById',
  field: `accessRequest(id: $id) { ${REQUEST_FIELDS} }`,
  parameters: { id: 'ID!' },
  fragments: '',
  answer: AccessRequest.nullable(),
  probe: { id: probeIdOf('AccessRequest') },
}

/** Every question of this file whose document is made to measure, for the test that checks them against the schema. */
export const accessRequestTicketQueries = [RequestsById]

const TYPE: Labelled = { id: ACCESS_REQUEST_TYPE, displayName: 'Access request' }

/** States that Twingate has. Another is shown by its own name. Source: twingate-schema.graphql, `AccessRequestStatus`. */
const STATUSES: readonly Labelled[] = [
  { id: 'PENDING', displayName: 'Pending' },
  { id: 'APPROVED', displayName: 'Approved' },
  { id: 'REJECTED', displayName: 'Rejected' },
]

/** Requests for access as tickets, by their ids. */
export const accessRequestTickets = (client: TwingateClient): TicketReader =>
  Object.freeze({
    schemas: [{ ...TYPE, types: [TYPE], statuses: STATUSES }],
    whyNoneIsCreated:
      'Twingate has no way to make a request for access on behalf of somebody: who wants access asks for it in the Twingate client',
    async tickets(ids: readonly string[], call: ProvisionCall) {
      const known = [...new Set(ids.filter((id) => isIdOf('AccessRequest', id)))]
      const retry = { operation: 'get ticket', retry: changeRetryPolicy, call }
      const ask = () =>
        askMany(
          client,
          RequestsById,
          known.map((id) => ({ id })),
          call,
        )
      const answers = known.length === 0 ? [] : await persist(ask, retry)
      const found = new Map(known.map((id, i) => [id, heldAgainst('AccessRequest', id, answers[i])]))
      return ids.map((id) => ticketOf(id, found.get(id)))
    },
  })

function ticketOf(id: string, request: AccessRequest | ConnectorError | undefined): Ticket | ConnectorError {
  if (ConnectorError.is(request)) return request
  if (!isIdOf('AccessRequest', id)) return notAnIdError('AccessRequest', id)
  if (!request) return new ConnectorError('not-found', 'get ticket', `there is no request for access ${id}`)
  const { status, reason, requestedAt } = request
  return {
    ...{ id, displayName: requestTitle(request), description: reason ?? '', type: TYPE },
    status: STATUSES.find((known) => known.id === status) ?? { id: status, displayName: status },
    requestedFor: requesterOf(request),
    createdAt: new Date(requestedAt),
  }
}
