import type { LogFields, Logger } from '../../ground/ports.ts'
import type { Task } from '../baton-service.ts'
import type { ServiceModeOptions } from './daemon-options.ts'

/** The log of one task: each line names it. Where the service asks for it by `debug`, every line is written, whatever the log's level. */
export function taskLog(
  { id, debug }: Task,
  { log, verboseLog = log }: Pick<ServiceModeOptions, 'log' | 'verboseLog'>,
): Logger {
  const to = debug ? verboseLog : log
  const named = (fields?: LogFields): LogFields => ({ task_id: id, ...fields })
  return {
    debug: (message, fields) => to.debug(message, named(fields)),
    info: (message, fields) => to.info(message, named(fields)),
    warn: (message, fields) => to.warn(message, named(fields)),
    error: (message, fields) => to.error(message, named(fields)),
  }
}
