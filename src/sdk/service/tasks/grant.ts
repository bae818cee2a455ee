import { ConnectorError } from '../../ground/errors.ts'
import { formatEntitlementId, formatGrantId } from '../../model/ids.ts'
import type { HolderChange } from '../../contract/provisioner.ts'
import type { TypedMessage } from '../baton-service.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { resourceIdValue } from '../../wire/messages/resource-message.ts'
import { failureOf, malformed, sentenceOf } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import { changeHolder, entitlementNameOf, principalOf } from './change-holder.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'

/** Gives an entitlement to a principal. One who holds it already is a success with an annotation that says so; another says which grant a role took the place of. */
export const createGrantHandler =
  (options: ServiceModeOptions): TaskHandler<WorkOf<'grant'>> =>
  async (work, run) => {
    if (!work.entitlement || !work.principal) return malformed('malformed grant task')
    const types = options.connector.syncers.map((syncer) => syncer.type.id)
    const change: HolderChange = {
      kind: 'grant',
      ...entitlementNameOf(work.entitlement, types),
      principal: principalOf(work.principal),
    }
    try {
      const report = await changeHolder(options, change, run)
      const already = report?.outcome === 'already-granted'
      const annotations = already
        ? [message('GrantAlreadyExists')]
        : report?.replaced
          ? [message('GrantReplaced', { replaced_grant_id: grantIdOf({ ...change, resource: report.replaced }) })]
          : []
      const grants = already ? [] : [grantValue(change)]
      return {
        kind: 'success',
        response: message('GrantManagerServiceGrantResponse', { annotations, grants }),
        annotations,
      }
    } catch (caught) {
      const error = ConnectorError.from(caught, 'grant')
      if (!isRefusal(error)) throw error
      return failureOf(error, false, [declined(sentenceOf(error))])
    }
  }

/** A guard of ours or Twingate's own words, and not a redirect or a connection that cannot be trusted. */
const isRefusal = ({ code, reason }: ConnectorError): boolean =>
  code === 'failed-precondition' && (reason === code || reason === 'refused')

const grantIdOf = ({ resource, slug, principal }: HolderChange): string =>
  formatGrantId(formatEntitlementId(resource, slug), principal)

const grantValue = (change: HolderChange): TypedMessage['value'] => {
  const { resource, slug, principal } = change
  return {
    id: grantIdOf(change),
    entitlement: { id: formatEntitlementId(resource, slug), slug, resource: { id: resourceIdValue(resource) } },
    principal: { id: resourceIdValue(principal) },
  }
}

/** Tells the service to cancel the request: a guard said no, and the connector works. Source: baton-sdk `pkg/types/grant/cancelled.go`. */
const declined = (reason: string): TypedMessage => ({
  type: 'google.rpc.ErrorInfo',
  value: { reason: 'grant_cancelled', domain: 'github.com/conductorone/baton-sdk', metadata: { reason } },
})
