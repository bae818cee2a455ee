import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { malformed } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import { changeHolder, grantNameOf } from './change-holder.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'

/** Takes an entitlement away. A grant that is gone already is a success with an annotation that says so. */
export const createRevokeHandler =
  (options: ServiceModeOptions): TaskHandler<WorkOf<'revoke'>> =>
  async ({ grant }, run) => {
    if (!grant) return malformed('invalid task type')
    const types = options.connector.syncers.map((syncer) => syncer.type.id)
    const report = await changeHolder(options, { kind: 'revoke', ...grantNameOf(grant, types) }, run)
    const annotations = report?.outcome === 'already-revoked' ? [message('GrantAlreadyRevoked')] : []
    return { kind: 'success', response: message('GrantManagerServiceRevokeResponse', { annotations }), annotations }
  }
