import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { TargetValues } from '../model.ts'
import type { Operation } from '../state/operations.ts'
import { inTransaction } from '../state/transaction.ts'
import { type Acting, advance, PHASES } from './acting.ts'
import type { Outcome } from './outcome.ts'
import { membersToAdd } from './send-members.ts'

/**
 * Sends one create, update or delete; before, it is written down. The id of what was created is kept at once.
 *
 * Errors: those that end the cycle.
 */
export async function sendObject(acting: Acting, operation: Operation): Promise<Outcome> {
  const { operations, clock, outcomes } = acting
  operations.sent(operation.id, clock.now())
  let outcome: Outcome
  try {
    outcome = outcomes.answered(await write(acting, operation))
  } catch (error) {
    outcome = outcomes.failed(error)
  }
  if (outcome.kind === 'vanished' && operation.target !== undefined) loseTarget(acting, operation)
  advance(acting, operation.action === 'delete' ? 'deleting' : PHASES[operation.kind])
  return outcome
}

async function write(acting: Acting, operation: Operation): Promise<{ readonly cut?: boolean }> {
  const { target, targetImage, operations, clock, halt } = acting
  const { id, kind, action, source, rest, changes } = operation
  // One that was created and shows otherwise is corrected.
  if (action === 'create' && operation.target === undefined) {
    const values = Object.fromEntries(changes.map(({ path, after }) => [path, after])) as TargetValues
    const written = await target.create(kind, values, halt, () => membersToAdd(acting, source))
    const key = written.id === undefined ? undefined : tieCreated(acting, operation, written.id)
    operations.ended(id, 'answered', clock.now(), key === undefined ? {} : { target: key })
    return { cut: written.cut === true }
  }
  const current = operation.target === undefined ? undefined : targetImage.get(operation.target)
  if (!current || source === undefined || operation.target === undefined)
    throw new ConnectorError('not-found', `${action} a ${kind}`, 'it is not at the target any more')
  if (action === 'delete') {
    await target.remove(kind, current.id, halt)
    targetImage.putGone(kind, current.id)
  } else await target.update(current, rest ?? changes, halt)
  operations.ended(id, 'answered', clock.now())
  return {}
}

function tieCreated({ database, targetImage, clock }: Acting, { kind, source }: Operation, id: string): number {
  return inTransaction(database, () => {
    const key = targetImage.keyOf(kind, id)
    for (const table of ['temp.tie', 'main.link'])
      database.prepare(`delete from ${table} where source_key = ? or target_key = ?`).run(source ?? null, key)
    database.prepare("insert into temp.tie values (?, ?, 'created', 0, null)").run(source ?? null, key)
    database
      .prepare("insert into main.link (source_key, target_key, origin, at) values (?, ?, 'created', ?)")
      .run(source ?? null, key, clock.now().toISOString())
    return key
  })
}

/** The target says that there is no such object: whoever it stood for is looked for again. */
function loseTarget({ database, targetImage }: Acting, { kind, target }: Operation): void {
  const id = target === undefined ? undefined : targetImage.idOf(target)
  if (target === undefined || id === undefined) return
  inTransaction(database, () => {
    targetImage.putGone(kind, id)
    for (const table of ['temp.tie', 'main.link'])
      database.prepare(`delete from ${table} where target_key = ?`).run(target)
  })
}
