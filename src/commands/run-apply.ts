import { ConnectorError } from '../sdk/ground/errors.ts'
import { parseResourceBid } from '../sdk/model/ids.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { ChangeRow } from './change-rows.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { readNamedFile, refusedFile } from './named-file.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `apply FILE`: a file of changes, or of the decisions of an access review, checked as a whole before the first is sent. */
export const applyCommand: ChangeRunner = async (context) => {
  const { words, flags } = context.invocation
  const file = flags.get('from') ?? words[0] ?? '-'
  const { readChangeRows } = await import('./change-rows.ts')
  const { rows: all, problems, kept } = readChangeRows(await readNamedFile(file, context))
  if (problems.length > 0) throw refusedFile(file, problems, context)
  if (kept !== undefined && kept > 0)
    context.io.stderr.write(`${kept} ${kept === 1 ? 'row keeps' : 'rows keep'} what is there\n`)
  if (all.length === 0 && kept !== undefined) return
  if (all.length === 0) throw refusedFile(file, [{ line: 1, text: 'holds no changes' }], context)
  // In a file of changes, one row of another kind stops the run. A review may hold such rows, because people decide on everything that is held.
  const rows = kept === undefined ? all : all.filter(isRevocable)
  const others = kept === undefined ? [] : all.filter((row) => !isRevocable(row))
  if (rows.length > 0) {
    context.io.status.set(`looking up whom and what ${rows.length.toLocaleString('en-US')} rows name`)
    await runHolders(context, await resolveRows(rows, context))
  }
  if (others.length > 0) throw leftOver(others, context)
}

/** What ends at Twingate by a revoke: membership of users, and the access of groups and service accounts to resources. */
const REVOCABLE: readonly (readonly [target: string, principal: string])[] = [
  [TYPE_IDS.group, TYPE_IDS.user],
  [TYPE_IDS.networkResource, TYPE_IDS.group],
  [TYPE_IDS.networkResource, TYPE_IDS.serviceAccount],
]

/** Whether a decision can be carried out. A name that is no BID says no type; it counts as possible until it is looked up. */
function isRevocable({ target, user }: ChangeRow): boolean {
  const [held, holder] = [typeIn(target), typeIn(user)]
  return REVOCABLE.some(([type, principal]) => (held ?? type) === type && (holder ?? principal) === principal)
}

/** The type that a BID names; `undefined` for what is none. */
function typeIn(text: string): string | undefined {
  try {
    return parseResourceBid(text.trim()).resource.type
  } catch {
    return undefined
  }
}

/** What was decided and not done is told row by row, and in the exit code. */
function leftOver(rows: readonly ChangeRow[], { reporter, config }: ChangeContext): ConnectorError {
  const refused = rows.map(({ target, user, line }) => {
    const detail = `${user} keeps ${target}, which no revoke takes away; change it at Twingate`
    const error = new ConnectorError('failed-precondition', 'apply decisions', detail)
    if (config.output === 'json')
      reporter.tell({
        operation: 'revoke',
        asked: { target, user },
        ...(line !== undefined && { line }),
        outcome: 'refused',
        error,
      })
    return `line ${line ?? 0}: ${detail}`
  })
  const head = `${rows.length} ${rows.length === 1 ? 'decision was' : 'decisions were'} not carried out`
  return new ConnectorError('failed-precondition', 'apply decisions', [head, ...refused].join('\n  '))
}
