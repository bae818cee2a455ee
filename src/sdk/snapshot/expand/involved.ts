import type { DatabaseSync } from 'node:sqlite'

import type { StoredEdge } from './stored-edges.ts'

/** An entitlement that gives or gets something by expansion. */
export interface Involved {
  readonly id: string
  readonly resource: { readonly type: string; readonly id: string }
  /** Its row in full. */
  readonly data: Uint8Array
}

/** The stored entitlements that edges name, in the byte order of their ids; what is not stored is left out. */
export function readInvolved(
  database: DatabaseSync,
  syncId: string,
  edges: readonly StoredEdge[],
): readonly Involved[] {
  database.exec('create temp table wanted (id text primary key) without rowid')
  const want = database.prepare('insert or ignore into temp.wanted values (?)')
  for (const id of new Set(edges.flatMap(({ sources, target }) => [...sources, target]))) want.run(id)
  const select = database.prepare(
    `select external_id, resource_type_id, resource_id, data from main.v1_entitlements
     where sync_id = ? and external_id in (select id from temp.wanted) order by external_id`,
  )
  const found = select.all(syncId).map((row) => ({
    id: String(row['external_id']),
    resource: { type: String(row['resource_type_id']), id: String(row['resource_id']) },
    data: row['data'] instanceof Uint8Array ? row['data'] : new Uint8Array(),
  }))
  database.exec('drop table temp.wanted')
  return found
}
