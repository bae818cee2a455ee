import { UNKNOWN } from '../runtime/task-failure.ts'
import type { TaskHandlers } from '../task-handler.ts'

/** The text and the code are what a platform knows from Go connectors. */
export const unsupportedTask: TaskHandlers['unsupported'] = async ({ name }, { log }) => {
  log.warn('a task of a kind that this version does not know', { name })
  return { kind: 'failure', code: UNKNOWN, message: 'unsupported task type', retryable: true }
}
