import { ConnectorError, type ErrorCode } from '../sdk/ground/errors.ts'
import type { Ambient } from '../sdk/cli/ambient.ts'
import { oneShotOf } from '../sdk/settings/one-shot.ts'
import { createCountdown } from '../sdk/cli/output/countdown.ts'
import { openTwingate } from '../connector/open-twingate.ts'
import type { Config } from '../connector/settings.ts'
import type { Invocation, Io } from '../sdk/cli/io.ts'
import type { RunConfig } from '../sdk/settings/catalog.ts'
import type { ChangeContext } from './context.ts'
import { createReferences } from './names/find.ts'
import { createReporter } from '../sdk/cli/changes/reporter.ts'
import { DECLINED } from '../sdk/cli/changes/approve.ts'
import { openFile, updateFile } from '../sdk/cli/changes/update-file.ts'
import { CHANGE_COMMANDS } from './index.ts'
import { runOneShot } from './one-shot-change.ts'

/** Changes something at Twingate, or says what would be changed: the subcommands, and the flags of Go connectors. */
export const createChangeCommand =
  (ambient: Ambient) =>
  async (settings: RunConfig, io: Io, invocation: Invocation): Promise<number> => {
    // Of the program's own settings, which its fields declare.
    const config = settings as Config
    const countdown = createCountdown(io.status, ambient)
    const { connector, client, endpoint } = await openTwingate(config, ambient, io, {
      onWait: (until) => countdown.start(until, ''),
    })
    const call = { signal: ambient.signal, log: io.log }
    const command = CHANGE_COMMANDS.find(({ name }) => name === invocation.command)
    const isKept = command?.keepsStdout?.(invocation.flags) === true
    const reporter = createReporter(isKept ? { ...io, stdout: io.stderr } : io, {
      output: config.output,
      withTotals: config['dry-run'] || invocation.command === 'apply' || invocation.flags.has('from'),
      paint: ambient.paint,
      traffic: () => client.traffic(),
    })
    const context: ChangeContext = {
      ...{ connector, client, endpoint, config, io, ambient, invocation, call, reporter },
      dryRun: config['dry-run'],
      references: createReferences(client, call),
    }
    const asked = oneShotOf(config)
    const file = config['update-file'] && !context.dryRun ? await openFile(context) : undefined
    let failure: ConnectorError | undefined
    try {
      if (command) await (await command.load())(context)
      else if (asked) await runOneShot(context, asked)
    } catch (error) {
      failure = ConnectorError.from(error, 'provision')
      // With `--output json`, a failure that came before any change was reported gets a line, too.
      if (config.output === 'json' && !io.told.has(failure))
        reporter.tell({
          operation: invocation.command ?? asked?.kind ?? 'change',
          outcome: FAILURES.has(failure.code) ? 'failed' : 'refused',
          error: failure,
        })
    }
    reporter.summarize()
    if (file)
      await updateFile(context, file).catch((error: unknown) => {
        // The change that failed comes first; what became of the file is told all the same.
        if (!failure) throw error
        io.stderr.write(`${ConnectorError.from(error, 'update file').message}\n`)
      })
    if (failure) throw withHint(failure, reporter.changed)
    return 0
  }

/** Codes of what was not refused but went wrong. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  'canceled',
  'deadline-exceeded',
  'unavailable',
  'internal',
  'resource-exhausted',
  'data-loss',
])

/** Adds what a second run would do, if the first one changed something or its outcome is unknown. */
function withHint(error: ConnectorError, changed: boolean): ConnectorError {
  if (error.reason === DECLINED) return error
  const isOpen = ['canceled', 'unavailable', 'deadline-exceeded'].includes(error.code)
  if (!changed && !isOpen) return error
  const hint = '(what is certain is listed above; running the same again does only what is missing)'
  return error.reworded((detail) => `${detail} ${hint}`)
}
