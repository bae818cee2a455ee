import type { DatabaseSync } from 'node:sqlite'

import { sqlText } from '../file/database-file.ts'
import type { OrderedGrants } from './working-grants.ts'

/** The length `n` of an id as a protobuf varint: seven bits a byte, the lowest first. Ids are far below 2^21 bytes. */
export const VARINT = `case when n < 128 then char(n)
  when n < 16384 then unhex(printf('%02x%02x', (n & 127) | 128, n >> 7))
  else unhex(printf('%02x%02x%02x', (n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14)) end`

/** The id of the grant of entitlement `e` to resource `r`, as `formatGrantId` makes it. */
export const GRANT_ID = "e.external_id || ':' || r.external_id"

/** The encoded grant up to its annotations: entitlement part, principal part, field 3 with the id. Byte for byte what `encodeGrant` makes. */
export const GRANT_DATA = `cast(e.granted || r.principal || x'1a'
  || (select ${VARINT} from (select octet_length(${GRANT_ID}) as n)) || ${GRANT_ID} as blob)`

/** Only the columns that a grant needs, in memory: the rows of the working database are many times as wide. */
const PARTS = `
create temp table e (rank integer primary key, type, own_id, external_id, id_part, id_bytes integer, granted);
create temp table r (id integer primary key, type, own_id, external_id, id_bytes integer, principal, discovered_at);
insert into temp.r select id, type, own_id, external_id, octet_length(external_id), principal || x'1a', discovered_at
  from work.resource;
`

/**
 * Turns the compact grants of the attached working database `work` into rows of `v1_grants`, in the order given.
 *
 * Why: everything but the numbers stays inside SQLite. Binding a million full rows from JavaScript costs several times as much.
 */
export function insertGrants(database: DatabaseSync, syncId: string, grants: OrderedGrants): void {
  database.exec(PARTS)
  database
    .prepare(
      `insert into temp.e select j.key, w.type, own_id, external_id, external_id || ':', octet_length(external_id) + 1, granted
       from json_each(?) j join work.entitlement w on w.id = j.value`,
    )
    .run(JSON.stringify(grants.ranking))
  const insert = database.prepare(insertSql(syncId, grants))
  for (const chunk of grants.chunks()) insert.run(chunk)
  database.exec('drop table temp.e; drop table temp.r')
}

function insertSql(syncId: string, { principals, annotations }: OrderedGrants): string {
  const annotated = annotations > 1
  const id = 'e.id_part || r.external_id'
  const length = `(case when e.id_bytes + r.id_bytes < 128 then char(e.id_bytes + r.id_bytes)
    else (select ${VARINT} from (select e.id_bytes + r.id_bytes as n)) end)`
  const data = `e.granted || r.principal || ${length} || ${id}${annotated ? " || coalesce(a.data, x'')" : ''}`
  return `insert into main.v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
      principal_resource_id, external_id, ${annotated ? 'expansion, needs_expansion, ' : ''}data, sync_id, discovered_at)
    select e.type, e.own_id, e.external_id, r.type, r.own_id, ${id},
      ${annotated ? "nullif(a.expansion, x''), coalesce(length(a.expansion) > 0, 0), " : ''}cast(${data} as blob), ${sqlText(syncId)}, r.discovered_at
    from json_each(?) j cross join temp.e e on e.rank = j.value / ${principals * annotations}
      cross join temp.r r on r.id = (j.value / ${annotations}) % ${principals}
      ${annotated ? `left join work.annotation a on a.id = j.value % ${annotations}` : ''}`
}
