import type { DatabaseSync } from 'node:sqlite'

import { sqlText } from '../file/database-file.ts'

/** Keys under which a suspended sync keeps its holder counts in `v1_connector_sessions`; finished syncs have none. */
const PREFIX = 'baton-twingate/holders/'

/** Puts the holder counts of the attached working database `work` into the session rows of a sync. */
export function insertHolderCounts(database: DatabaseSync, syncId: string): void {
  database.exec(`insert into main.v1_connector_sessions (sync_id, key, value)
    select ${sqlText(syncId)}, '${PREFIX}' || external_id, cast(json_array(type, own_id, count) as blob) from work.holder_count`)
}

/** Takes them back from the attached snapshot `base` into the working database `main`. */
export function restoreHolderCounts(database: DatabaseSync, syncId: string): void {
  database.exec(`insert into main.holder_count (external_id, type, own_id, count)
    select substr(key, ${PREFIX.length + 1}), json_extract(v, '$[0]'), json_extract(v, '$[1]'), json_extract(v, '$[2]')
    from (select key, cast(value as text) as v from base.v1_connector_sessions
      where sync_id = ${sqlText(syncId)} and substr(key, 1, ${PREFIX.length}) = '${PREFIX}')`)
}
