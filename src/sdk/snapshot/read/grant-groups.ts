import type { DatabaseSync } from 'node:sqlite'

import { GRANT_ENDS, isPlain } from './grant-batches.ts'

/** Rows that travel into JavaScript at once; more of them outlive the young generation. Source: measurement. */
const BATCH = 1000

/** Grants of one entitlement to principals of one type. The same entitlement comes again with others. */
export interface GrantGroup {
  readonly entitlementId: string
  readonly resourceType: string
  readonly resourceId: string
  readonly principalType: string
  /** As of `GrantCells`. */
  readonly isPlain: boolean
  readonly principalIds: readonly string[]
  /** Of the rows, for `Snapshot.grantRow`. */
  readonly rowIds: readonly number[]
}

/**
 * All grants of one sync, in groups of rows that stand near each other.
 *
 * Why: what a million rows repeat comes into JavaScript once for a group, and the rest as two JSON texts.
 */
export function* grantGroups(database: DatabaseSync, syncId: string, hasExpansion: boolean): Generator<GrantGroup> {
  const [held, type, id, principalType, principalId] = GRANT_ENDS.map((column) => `cast(${column} as text)`)
  const select = database.prepare(`
    select max(id), ${[held, type, id, principalType].join(', ')}, plain, json_group_array(${principalId}), json_group_array(id)
    from (
      select id, ${GRANT_ENDS.join(', ')}, ${isPlain(hasExpansion)} as plain
      from v1_grants not indexed where id > ? and sync_id = ? order by id limit ${BATCH})
    group by ${GRANT_ENDS.slice(0, -1).join(', ')}, plain`)
  select.setReturnArrays(true)
  for (let last = -1; ;) {
    const groups = select.all(last, syncId) as unknown as readonly Cells[]
    if (groups.length === 0) return
    for (const cells of groups) {
      last = Math.max(last, cells[0])
      yield groupOf(cells)
    }
  }
}

type Cells = readonly [
  last: number,
  entitlementId: string,
  resourceType: string,
  resourceId: string,
  principalType: string,
  isPlain: number | null,
  principalIds: string,
  rowIds: string,
]

const groupOf = (cells: Cells): GrantGroup => ({
  entitlementId: cells[1],
  resourceType: cells[2],
  resourceId: cells[3],
  principalType: cells[4],
  isPlain: cells[5] === 1,
  principalIds: JSON.parse(cells[6]) as readonly string[],
  rowIds: JSON.parse(cells[7]) as readonly number[],
})
