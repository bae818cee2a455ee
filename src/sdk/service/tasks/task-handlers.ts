import { ConnectorError } from '../../ground/errors.ts'
import type { TaskWork } from '../baton-service.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { createActionHandlers } from './actions.ts'
import { createAccountHandler } from './create-account.ts'
import { createResourceHandler } from './create-resource.ts'
import { deleteResourceHandler } from './delete-resource.ts'
import { createGrantHandler } from './grant.ts'
import { issueCredentialHandler } from './issue-credential.ts'
import { createEventHandlers } from './list-events.ts'
import { createRevokeHandler } from './revoke.ts'
import { rotateCredentialHandler } from './rotate-credential.ts'
import { createSyncHandler } from './sync-full.ts'
import { createTicketHandlers } from './tickets.ts'
import type { TaskHandler, TaskHandlers } from '../task-handler.ts'
import { UNKNOWN } from '../runtime/task-failure.ts'

/** What is done for each kind of task. */
export function createTaskHandlers(options: ServiceModeOptions): TaskHandlers {
  const refuseChange = (): void => {
    if (options.provisioning) return
    throw new ConnectorError(
      'failed-precondition',
      'provision',
      'provisioning is not enabled; start the connector with --provisioning (BATON_PROVISIONING) to let it change anything',
    )
  }
  const changing =
    <W extends TaskWork>(handler: TaskHandler<W>): TaskHandler<W> =>
    async (work, run) => {
      refuseChange()
      return handler(work, run)
    }
  const actions = createActionHandlers(options)
  return Object.freeze({
    'sync-full': createSyncHandler(options),
    grant: changing(createGrantHandler(options)),
    revoke: changing(createRevokeHandler(options)),
    'create-account': changing(createAccountHandler(options)),
    'create-resource': changing(createResourceHandler(options)),
    'delete-resource': changing(deleteResourceHandler(options)),
    'issue-credential': changing(issueCredentialHandler(options)),
    'rotate-credential': changing(rotateCredentialHandler(options)),
    ...actions,
    // The Go SDK lets actions pass; whoever leaves provisioning off expects that nothing is changed.
    'invoke-action': changing(actions['invoke-action']),
    ...createEventHandlers(options),
    ...createTicketHandlers(options),
    unsupported: unsupportedTask,
  })
}

/** The text and the code are what a platform knows from Go connectors. */
const unsupportedTask: TaskHandlers['unsupported'] = async ({ name }, { log }) => {
  log.warn('a task of a kind that this version does not know', { name })
  return { kind: 'failure', code: UNKNOWN, message: 'unsupported task type', retryable: true }
}
