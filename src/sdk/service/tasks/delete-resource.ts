import { requirePart } from '../../provision/require-part.ts'
import { hasDeleter } from '../../contract/provisioner.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { malformed } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'

/** Deletes a user or another resource. What is gone already is a success. */
export const deleteResourceHandler =
  ({ connector }: ServiceModeOptions): TaskHandler<WorkOf<'delete-resource'>> =>
  async ({ id }, { signal, log }) => {
    if (!id || id.type === '' || id.id === '') return malformed('malformed delete resource task')
    await requirePart(connector, id.type, hasDeleter, 'deleted').delete(id, { signal, log })
    return { kind: 'success', response: message('DeleteResourceResponse') }
  }
