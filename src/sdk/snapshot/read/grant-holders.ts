import type { DatabaseSync } from 'node:sqlite'

import { decodeGrantSources, isDirect } from '../../wire/rows/decode-grant.ts'
import { sqlText } from '../file/database-file.ts'
import { decodedRow } from './decoded-row.ts'

/** Rows that travel into JavaScript at once; more of them outlive the young generation. Source: measurement. */
const BATCH = 1000

/** Principals of one type that hold an entitlement. The same entitlement comes again with others. */
export interface GrantHolders {
  readonly entitlementId: string
  readonly principalType: string
  /** Ids of the principals that hold it themselves. */
  readonly direct: readonly string[]
  /** Ids of those that have it by way of another entitlement only; such grants were added by expansion. */
  readonly inherited: readonly string[]
}

/**
 * Who holds entitlements of resources of the given types, in batches of rows that stand together.
 *
 * Errors: `data-loss` for a row that is damaged.
 * Why: ids come as JSON texts, because a million rows cost more on their way into JavaScript than in SQLite. No index is used: any may be missing.
 * A row is looked into only where it holds the byte that sources begin with.
 */
export function* grantHolders(
  database: DatabaseSync,
  syncId: string,
  resourceTypes: readonly string[],
): Generator<readonly GrantHolders[]> {
  const select = database.prepare(`
    select entitlement_id, principal_type, max(id) as last,
      json_group_array(principal_id) filter (where doubtful = 0) as direct,
      json_group_array(json_array(principal_id, id)) filter (where doubtful = 1) as doubtful
    from (
      select id, entitlement_id, principal_resource_type_id as principal_type, principal_resource_id as principal_id,
        instr(data, x'2a') > 0 as doubtful
      from v1_grants not indexed
      where id > ? and sync_id = ? and resource_type_id in (${resourceTypes.map(sqlText).join(', ')})
      order by id limit ${BATCH})
    group by entitlement_id, principal_type`)
  select.setReturnArrays(true)
  const selectData = database.prepare('select data from v1_grants where id = ?')
  for (let last = 0; ;) {
    const rows = select.all(last, syncId) as unknown as readonly Cells[]
    if (rows.length === 0) return
    yield rows.map(([entitlementId, principalType, , direct, doubtful]) => {
      const holders = {
        entitlementId,
        principalType,
        direct: JSON.parse(direct) as string[],
        inherited: [] as string[],
      }
      for (const [principalId, row] of JSON.parse(doubtful) as readonly (readonly [string, number])[])
        (isInherited(selectData.get(row)?.['data'], entitlementId) ? holders.inherited : holders.direct).push(
          principalId,
        )
      return holders
    })
    for (const [, , id] of rows) last = Math.max(last, id)
  }
}

type Cells = readonly [entitlementId: string, principalType: string, last: number, direct: string, doubtful: string]

function isInherited(data: unknown, entitlementId: string): boolean {
  if (!(data instanceof Uint8Array)) return false
  const sources = decodedRow('read snapshot', `a grant of ${entitlementId}`, () => decodeGrantSources(data))
  return !isDirect(sources, entitlementId)
}
