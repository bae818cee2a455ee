import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Logger } from '../ground/ports.ts'

/** Another command of this program that runs beside it. */
export interface Companion {
  /** Ends it, and waits until it has ended. */
  close(): Promise<void>
}

/** What the companion inherits. No key and no other setting of the daemon is among it. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'TZ', 'SystemRoot', 'USERPROFILE']

/** Where none was asked for. */
const NO_COMPANION: Companion = { async close() {} }

/**
 * Starts a command of this program in a process of its own. What it prints goes to standard error.
 *
 * Why a process: whatever it does, it neither holds up the program nor takes it down. That it ended is told in the log once.
 */
export function startCompanion(words: readonly string[], env: NodeJS.ProcessEnv, log: Logger): Companion {
  const [command = ''] = words
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...words], {
    // Standard output is the log or the summary of the program.
    stdio: ['ignore', 2, 2],
    env: Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  })
  let isClosing = false
  const watch = async (): Promise<void> => {
    try {
      const [code] = (await once(child, 'exit')) as [number | null]
      if (!isClosing) log.warn('the explorer beside this program has ended', { command, exit_code: code })
    } catch (error) {
      log.warn('the explorer could not be started', { error: String(error) })
    }
  }
  const ended = watch()
  return {
    close() {
      isClosing = true
      child.kill('SIGTERM')
      return ended
    },
  }
}

export interface ExplorerSettings {
  readonly explorer: boolean
  readonly 'explorer-port': number
}

/** The page beside a daemon, where the settings ask for it. `words` say what it shows. */
export const startExplorer = (
  settings: ExplorerSettings,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  log: Logger,
): Companion =>
  settings.explorer
    ? startCompanion(['explorer', '--port', String(settings['explorer-port']), ...words], env, log)
    : NO_COMPANION
