import { ConnectorError, type ErrorCode } from '../sdk/ground/errors.ts'
import type { Ambient } from '../sdk/cli/ambient.ts'
import { oneShotOf } from '../sdk/settings/one-shot.ts'
import { createCountdown } from '../sdk/cli/output/countdown.ts'
import { openTwingate } from '../connector/open-twingate.ts'
import type { Config } from '../connector/settings.ts'
import type { RunChange } from '../sdk/cli/io.ts'
import type { ChangeCommand, ChangeContext } from './context.ts'
import { createReferences } from './names/find.ts'
import { createReporter } from '../sdk/cli/changes/reporter.ts'
import { DECLINED } from '../sdk/cli/changes/approve.ts'
import { openFile, updateFile } from '../sdk/cli/changes/update-file.ts'
import { accountCreateCommand } from './account-create.ts'
import { accessRequestListCommand } from './access-request-list.ts'
import { applyCommand } from './apply.ts'
import { deleteCommand } from './delete-resource.ts'
import { idActionCommand } from './device.ts'
import { membershipCommand } from './grant.ts'
import { groupCreateCommand } from './group-create.ts'
import { groupRenameCommand } from './group-rename.ts'
import { accountActionCommand } from './invoke-action.ts'
import { offboardCommand } from './offboard.ts'
import { runOneShot } from './one-shot-change.ts'
import { roleCommand } from './role.ts'

const action = (name: string, verb: string, done: string, settled: string, harms = false): ChangeCommand =>
  accountActionCommand({ operation: `account ${verb}`, action: name, done, settled, harms })

const device = (verb: string, words: readonly [string, string]): ChangeCommand =>
  idActionCommand(`device ${verb}`, `${verb}_device`, 'device_id', words)

const request = (verb: string, words: readonly [string, string]): ChangeCommand =>
  idActionCommand(`access-request ${verb}`, `${verb}_access_request`, 'access_request_id', words)

/** By the full name of the subcommand; one for each in shapes.ts. */
export const CHANGES: Readonly<Record<string, ChangeCommand>> = {
  grant: membershipCommand('grant'),
  revoke: membershipCommand('revoke'),
  role: roleCommand,
  apply: applyCommand,
  'account create': accountCreateCommand,
  'account enable': action('enable_user', 'enable', 'enabled', 'already-enabled'),
  'account disable': action('disable_user', 'disable', 'disabled', 'already-disabled', true),
  'account update': action('update_user', 'update', 'updated', 'already-so'),
  'account reset-mfa': action('reset_mfa', 'reset-mfa', 'reset', 'already-reset', true),
  'account delete': deleteCommand('user'),
  offboard: offboardCommand,
  'device trust': device('trust', ['trusted', 'already-trusted']),
  'device untrust': device('untrust', ['untrusted', 'already-untrusted']),
  'device block': device('block', ['blocked', 'already-blocked']),
  'device unblock': device('unblock', ['unblocked', 'already-unblocked']),
  'device archive': device('archive', ['archived', 'already-archived']),
  'access-request list': accessRequestListCommand,
  'access-request approve': request('approve', ['approved', 'already-approved']),
  'access-request reject': request('reject', ['rejected', 'already-rejected']),
  'group create': groupCreateCommand,
  'group rename': groupRenameCommand,
  'group delete': deleteCommand('group'),
}

/** Changes something at Twingate, or says what would be changed: the subcommands, and the flags of Go connectors. */
export const createChangeCommand =
  (ambient: Ambient): RunChange =>
  async (settings, io, invocation) => {
    // Of the program's own settings, which its fields declare.
    const config = settings as Config
    const countdown = createCountdown(io.status, ambient)
    const { connector, client, endpoint } = openTwingate(config, ambient, io, {
      onWait: (until) => countdown.start(until, ''),
    })
    const call = { signal: ambient.signal, log: io.log }
    const reporter = createReporter(io, {
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
    const command = CHANGES[invocation.command ?? '']
    const asked = oneShotOf(config)
    const file = config['update-file'] && !context.dryRun ? await openFile(context) : undefined
    let failure: ConnectorError | undefined
    try {
      if (command) await command(context)
      else if (asked) await runOneShot(context, asked)
    } catch (error) {
      failure = ConnectorError.from(error, 'provision')
      // A program gets a line for what came to nothing before there was a change to tell of.
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

/** Says what a second run would do, where a first did something or left it open. */
function withHint(error: ConnectorError, changed: boolean): ConnectorError {
  if (error.reason === DECLINED) return error
  const isOpen = ['canceled', 'unavailable', 'deadline-exceeded'].includes(error.code)
  if (!changed && !isOpen) return error
  const hint = '(what is certain is listed above; running the same again does only what is missing)'
  return error.reworded((detail) => `${detail} ${hint}`)
}
