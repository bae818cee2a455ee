import type { Labelled, Ticket, TicketReader, TicketSchema } from '../../contract/tickets.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { message } from '../../wire/messages/message-of.ts'
import { resourceValue } from '../../wire/messages/resource-message.ts'
import type { TaskWork, TypedMessage } from '../baton-service.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { failureOf, malformed, sentenceOf, type TaskFailure, UNKNOWN } from '../runtime/task-failure.ts'
import type { TaskHandler, TaskHandlers } from '../task-handler.ts'

/** The text and the code are what a platform knows from Go connectors. */
const OFF: TaskFailure = { kind: 'failure', code: UNKNOWN, message: 'ticketing is not enabled', retryable: true }

/** Shows tickets where `--ticketing` allows it; none is created. */
export function createTicketHandlers({
  connector: { tickets },
  ticketing,
}: ServiceModeOptions): Pick<TaskHandlers, 'list-ticket-schemas' | 'get-tickets' | 'not-offered'> {
  const reader = ticketing ? tickets : undefined
  const reading =
    <W extends TaskWork>(handler: (reader: TicketReader) => TaskHandler<W>): TaskHandler<W> =>
    async (work, run) =>
      reader ? handler(reader)(work, run) : OFF
  return {
    'list-ticket-schemas': reading(({ schemas }) => async () => ({
      kind: 'success',
      response: message('TicketsServiceListTicketSchemasResponse', { list: schemas.map(schemaValue) }),
    })),

    'get-tickets': reading((from) => async ({ ids, bulk }, { signal, log }) => {
      if (ids.length === 0) return malformed('malformed bulk get tickets task')
      if (!bulk && ids[0] === '') return malformed('malformed get ticket task')
      const found = await from.tickets(ids, { signal, log })
      if (bulk)
        return {
          kind: 'success',
          response: message('TicketsServiceBulkGetTicketsResponse', { tickets: found.map(answerValue) }),
        }
      const [ticket] = found
      if (ConnectorError.is(ticket)) throw ticket
      return { kind: 'success', response: message('TicketsServiceGetTicketResponse', ticket && answerValue(ticket)) }
    }),

    'not-offered': reading(
      ({ whyNoneIsCreated }) =>
        async () =>
          failureOf(new ConnectorError('unimplemented', 'create ticket', whyNoneIsCreated)),
    ),
  }
}

const answerValue = (found: Ticket | ConnectorError): TypedMessage['value'] =>
  ConnectorError.is(found) ? { error: sentenceOf(found) } : { ticket: ticketValue(found) }

const labelValue = ({ id, displayName }: Labelled): TypedMessage['value'] => ({ id, display_name: displayName })

/** The fields of `c1.connector.v2.TicketSchema`. */
export const schemaValue = ({ types, statuses, ...schema }: TicketSchema): TypedMessage['value'] => ({
  ...labelValue(schema),
  types: types.map(labelValue),
  statuses: statuses.map(labelValue),
})

/** The fields of `c1.connector.v2.Ticket`. Who asks is also for whom it is. */
export const ticketValue = (ticket: Ticket): TypedMessage['value'] => ({
  ...labelValue(ticket),
  description: ticket.description,
  reporter: resourceValue(ticket.requestedFor),
  status: labelValue(ticket.status),
  type: labelValue(ticket.type),
  created_at: ticket.createdAt.toISOString(),
  requested_for: resourceValue(ticket.requestedFor),
})
