import { ConnectorError } from '../sdk/ground/errors.ts'
import { schemaValue, ticketValue } from '../sdk/service/tasks/tickets.ts'
import { message } from '../sdk/wire/messages/message-of.ts'
import { messageJson } from '../sdk/wire/messages/message-json.ts'
import type { ChangeContext } from './context.ts'

/** `--list-ticket-schemas`: `c1.connector.v2.TicketSchema` in protobuf's JSON. */
export async function listTicketSchemas({ connector, io }: ChangeContext): Promise<void> {
  const list = (connector.tickets?.schemas ?? []).map((schema) =>
    messageJson(message('TicketSchema', schemaValue(schema))),
  )
  io.stdout.write(`${JSON.stringify({ list }, null, 2)}\n`)
}

/** `--get-ticket --ticket-id ID`: `c1.connector.v2.Ticket` in protobuf's JSON. Errors: `not-found`. */
export async function getTicket({ connector, call, io }: ChangeContext, id: string): Promise<void> {
  const [found] = (await connector.tickets?.tickets([id], call)) ?? []
  if (ConnectorError.is(found)) throw found
  io.status.set('')
  if (found) io.stdout.write(`${JSON.stringify(messageJson(message('Ticket', ticketValue(found))), null, 2)}\n`)
}
