import { Escrow } from '../state/escrow.ts'
import type { Engine } from './engine.ts'

/**
 * Puts what failed into escrow and releases what was done, or is not to be done any more. `only` restricts it to these source keys, where a plan was
 * about them alone.
 */
export function noteEscrow(
  { database, operations }: Pick<Engine, 'database' | 'operations'>,
  now: Date,
  only?: readonly number[],
): void {
  const escrow = new Escrow(database)
  const all = only ? JSON.stringify(only) : null
  const ofThem = '(? is null or source_key in (select value from json_each(?)))'
  const done = database
    .prepare("select distinct source_key from operation where state in ('done', 'staged') and source_key is not null")
    .all()
  escrow.release(done.map((row) => Number(row['source_key'])))
  database
    .prepare(
      `delete from escrow where ${ofThem} and source_key not in (select source_key from operation where source_key is not null)`,
    )
    .run(all, all)
  for (const id of operations.ids(['failed'])) {
    const operation = operations.get(id)
    if (operation)
      escrow.failed(operation, operation.code ?? 'InternalError', operation.detail ?? operation.reason, now)
  }
  // What a person allowed is done; what is left of it has failed and is tried again.
  database
    .prepare(
      `delete from allowed_delete where ${ofThem} and source_key not in (
        select source_key from operation where state in ('failed', 'planned', 'sent') and source_key is not null)`,
    )
    .run(all, all)
}
