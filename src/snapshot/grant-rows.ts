import type { DatabaseSync } from 'node:sqlite'

import { sqlText } from './database-file.ts'

/** A number below 2^21 as a protobuf varint: seven bits a byte, the lowest first. */
const VARINT = `case when n < 128 then char(n)
  when n < 16384 then unhex(printf('%02x%02x', (n & 127) | 128, n >> 7))
  else unhex(printf('%02x%02x%02x', (n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14)) end`

/** The id of the grant of entitlement `e` to resource `r`, as `formatGrantId` makes it. */
export const GRANT_ID = "e.external_id || ':' || r.external_id"

/** The encoded grant up to its annotations: entitlement part, principal part, field 3 with the id. Byte for byte what `encodeGrant` makes. */
export const GRANT_DATA = `cast(e.granted || r.principal || x'1a'
  || (select ${VARINT} from (select octet_length(${GRANT_ID}) as n)) || ${GRANT_ID} as blob)`

/** Turns the compact grants of the attached working database `work` into rows of `v1_grants`. */
export function insertGrants(database: DatabaseSync, syncId: string): void {
  database.exec(`insert into main.v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
      principal_resource_id, external_id, data, sync_id, discovered_at)
    select e.type, e.own_id, e.external_id, r.type, r.own_id, ${GRANT_ID},
      cast(${GRANT_DATA} || coalesce(a.data, x'') as blob), ${sqlText(syncId)}, r.discovered_at
    from work.held h join work.resource r on r.id = h.principal join work.entitlement e on e.id = h.entitlement
      left join work.annotation a on a.id = h.annotation`)
}
