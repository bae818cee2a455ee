import type { OneShot } from '../sdk/settings/one-shot.ts'
import { parseEntitlementId, parseGrantId } from '../sdk/model/ids.ts'
import type { Action } from '../sdk/contract/provisioner.ts'
import type { ChangeContext } from './context.ts'
import { refuseUnknownSlug, runHolders } from './run-holders.ts'
import { readFeed } from './read-feed.ts'
import { getTicket, listTicketSchemas } from './read-tickets.ts'
import { createAccount } from './run-account-create.ts'
import { deleteResource } from './run-delete.ts'
import { createResource } from './run-group-create.ts'
import { invokeAction } from './run-account-action.ts'

/** One change as the flags of Go connectors ask for it: ids only, nothing is looked up by name. */
export async function runOneShot(context: ChangeContext, asked: OneShot): Promise<void> {
  const types = context.connector.syncers.map((syncer) => syncer.type.id)
  switch (asked.kind) {
    case 'grant': {
      const { resource, slug } = parseEntitlementId(asked.entitlement, types)
      refuseUnknownSlug({ resource, slug })
      const principal = { id: { type: asked.principalType, id: asked.principal } }
      return runHolders(context, [{ operation: 'grant', slug, target: { id: resource }, principal }])
    }
    case 'revoke': {
      const { resource, slug, principal } = parseGrantId(asked.grant, types)
      refuseUnknownSlug({ resource, slug })
      return runHolders(context, [
        { operation: 'revoke', slug, target: { id: resource }, principal: { id: principal } },
      ])
    }
    case 'create-account':
      return createAccount(context, asked.facts)
    case 'create-resource':
      return createResource(context, asked.type, asked.name)
    case 'delete-resource':
      return deleteResource(context, { id: { type: asked.type, id: asked.id } })
    case 'invoke-action': {
      const { name, args } = asked
      const about = typeof args['user_id'] === 'string' ? args['user_id'].trim() : name
      return invokeAction(context, name, args, { operation: name, name: about, done: 'done', settled: 'already-done' })
    }
    case 'event-feed':
      return readFeed(context, asked)
    case 'list-ticket-schemas':
      return listTicketSchemas(context)
    case 'get-ticket':
      return getTicket(context, asked.id)
    case 'list-actions':
      context.io.stdout.write(`${JSON.stringify({ actions: context.connector.actions.map(schemaOf) }, null, 2)}\n`)
  }
}

/** Source: `c1.connector.v2.BatonActionSchema`. */
const schemaOf = (action: Action): object => ({
  name: action.name,
  displayName: action.displayName,
  description: action.description,
  actionType: action.types,
  arguments: action.fields.map(({ name, displayName, description, required }) => ({
    name,
    displayName,
    description,
    isRequired: required,
  })),
})
