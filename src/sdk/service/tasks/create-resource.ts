import { requirePart } from '../../provision/require-part.ts'
import { hasCreator } from '../../contract/provisioner.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { resourceValue } from '../../wire/messages/resource-message.ts'
import { malformed } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import type { TaskHandler, WorkOf } from '../task-handler.ts'

/** Creates a resource by its display name; the source gives it its id. */
export const createResourceHandler =
  ({ connector }: ServiceModeOptions): TaskHandler<WorkOf<'create-resource'>> =>
  async ({ resource }, { signal, log }) => {
    if (!resource) return malformed('malformed create resource task')
    const creator = requirePart(connector, resource.id.type, hasCreator, 'created')
    const created = await creator.create(resource.displayName, { signal, log })
    return { kind: 'success', response: message('CreateResourceResponse', { created: resourceValue(created) }) }
  }
