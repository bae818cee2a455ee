import { findAction } from '../../provision/require-part.ts'
import { ConnectorError } from '../../ground/errors.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import { failureOf, mayPass, sentenceOf, type TaskFailure, UNKNOWN } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import { actionSchema } from '../../wire/messages/action-schema.ts'
import type { TaskHandlers } from '../task-handler.ts'

/** Ends that are remembered for a later question: the last ones, of this process. */
const MOST_REMEMBERED = 1_000

interface Ended {
  readonly name: string
  readonly status: 'BATON_ACTION_STATUS_COMPLETE' | 'BATON_ACTION_STATUS_FAILED'
  readonly response: Readonly<Record<string, unknown>>
}

type ActionHandlers = Pick<TaskHandlers, 'list-actions' | 'get-action' | 'invoke-action' | 'action-status'>

/**
 * Actions are carried out within their task, whose id is the id of the action.
 *
 * Why: each takes a few requests; whoever waits for the task then knows the end and need not ask for it.
 */
export function createActionHandlers({ connector }: ServiceModeOptions): ActionHandlers {
  const ended = new Map<string, Ended>()
  const remember = (id: string, end: Ended): void => {
    ended.delete(id)
    ended.set(id, end)
    const [oldest] = ended.keys()
    if (ended.size > MOST_REMEMBERED && oldest !== undefined) ended.delete(oldest)
  }

  return {
    // All actions are the connector's own: none belongs to a resource type.
    'list-actions': async ({ resourceType }) => ({
      kind: 'success',
      response: message('ListActionSchemasResponse', {
        schemas: resourceType === '' ? connector.actions.map(actionSchema) : [],
      }),
    }),

    'get-action': async ({ name }) => {
      if (name === '') return required('name')
      const schema = actionSchema(findAction(connector.actions, name))
      return { kind: 'success', response: message('GetActionSchemaResponse', { schema }) }
    },

    async 'invoke-action'({ name, args, resourceType }, { taskId, signal, log }) {
      if (name === '') return required('name')
      if (resourceType !== '')
        throw new ConnectorError('not-found', 'find action', `no action belongs to the resource type ${resourceType}`)
      const action = findAction(connector.actions, name)
      try {
        const response = await action.invoke(args, { signal, log })
        remember(taskId, { name, status: 'BATON_ACTION_STATUS_COMPLETE', response })
        return {
          kind: 'success',
          response: message('InvokeActionResponse', {
            id: taskId,
            name,
            status: 'BATON_ACTION_STATUS_COMPLETE',
            response,
          }),
        }
      } catch (caught) {
        const error = ConnectorError.from(caught, name)
        if (mayPass(error)) throw error
        const response = { success: false, error: sentenceOf(error) }
        remember(taskId, { name, status: 'BATON_ACTION_STATUS_FAILED', response })
        return failureOf(error)
      }
    },

    'action-status': async ({ name, id }) => {
      if (id === '') return required('id')
      const end = ended.get(id)
      if (!end || (name !== '' && name !== end.name))
        // Another instance, to which the service may give the task, may know it.
        return failureOf(notInThisProcess(id), true)
      return { kind: 'success', response: message('GetActionStatusResponse', { id, ...end }) }
    },
  }
}

const notInThisProcess = (id: string): ConnectorError =>
  new ConnectorError('not-found', 'action status', `there is no action with the id ${id} in this process`)

/** Source: baton-sdk `pkg/tasks/c1api/actions.go`. */
const required = (part: 'name' | 'id'): TaskFailure => ({
  kind: 'failure',
  code: UNKNOWN,
  message: `action ${part} required`,
  retryable: true,
})
