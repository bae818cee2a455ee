import type { ServiceModeOptions } from './daemon-options.ts'
import { pollUntilStopped } from './poll-loop.ts'
import { sayFirstHello } from './say-hello.ts'
import { removeSyncFiles } from './sync-files.ts'
import { createTaskRunner } from './task-runner.ts'

/**
 * Works for the service until `stop` aborts: says hello, polls for tasks, runs them and delivers their results.
 *
 * Errors: the service's refusal of the first hello; `internal` where the state folder cannot be used. No later failure ends it.
 */
export async function runServiceMode(options: ServiceModeOptions): Promise<void> {
  const { clock, log, onEvent, stop, stateDir } = options
  const left = await removeSyncFiles(stateDir)
  if (left.length > 0) log.info('files of an earlier run were removed', { files: left.length })
  const stopped = Promise.withResolvers<void>()
  const onStop = (): void => {
    log.info('shutting down')
    onEvent({ at: clock.now(), kind: 'stopping' })
    stopped.resolve()
  }
  stop.addEventListener('abort', onStop, { once: true })
  try {
    const runner = createTaskRunner(options)
    if (!(await sayFirstHello(options))) return
    await runner.restore()
    const polls = pollUntilStopped(options, runner)
    await Promise.race([polls, stopped.promise])
    await runner.stop(polls)
  } finally {
    stop.removeEventListener('abort', onStop)
  }
}
