import type { DatabaseSync } from 'node:sqlite'

import { makeRoomForRows } from '../../ground/room-for-rows.ts'

/** Rows that travel into JavaScript at once; more of them outlive the young generation. Source: measurement. */
const BATCH = 100

/** A grant as its columns name it. */
export interface GrantCells {
  /** For `Snapshot.grantRow`. */
  readonly rowId: number
  /** `null` where it is put together of the others, as the SDK does; see `grantId`. */
  readonly id: string | null
  readonly entitlementId: string
  readonly resourceType: string
  readonly resourceId: string
  readonly principalType: string
  readonly principalId: string
  /** Whether the message says no more than the columns: no sources, no annotations. Where that is not sure, it is false. */
  readonly isPlain: boolean
}

/** The id of a grant. Source: baton-sdk v0.25.0 `pkg/types/grant/grant.go`. */
export const grantId = ({
  id,
  entitlementId,
  principalType,
  principalId,
}: Pick<GrantCells, 'id' | 'entitlementId' | 'principalType' | 'principalId'>): string =>
  id ?? `${entitlementId}:${principalType}:${principalId}`

/**
 * A message ends with the id where neither annotations nor sources follow: every program writes fields by their numbers. An annotation may end in
 * the same bytes as the id, so the message must hold no annotation.
 */
export const isPlain = (hasExpansion: boolean): string => `
  (substr(data, -octet_length(external_id) - 1) = cast(char(octet_length(external_id)) || external_id as blob)
    and octet_length(external_id) between 1 and 127
    and instr(data, x'${Buffer.from('type.googleapis.com/').toString('hex')}') = 0
    ${hasExpansion ? "and (expansion is null or expansion = x'')" : ''})`

/** The columns that name what is held, on what, and by whom. */
export const GRANT_ENDS = [
  'entitlement_id',
  'resource_type_id',
  'resource_id',
  'principal_resource_type_id',
  'principal_resource_id',
] as const

/**
 * All grants of one sync in the order of their rows.
 *
 * Why: cells come as one JSON text for many rows, because a million rows cost more on their way into JavaScript than in SQLite, and messages, which
 * mostly repeat the columns, are left where they are.
 */
export function* grantBatches(
  database: DatabaseSync,
  syncId: string,
  hasExpansion: boolean,
): Generator<readonly GrantCells[]> {
  const texts = GRANT_ENDS.map((column) => `cast(${column} as text)`)
  const usualId = "entitlement_id || ':' || principal_resource_type_id || ':' || principal_resource_id"
  const select = database.prepare(`
    select json_group_array(json_array(id, own_id, ${texts.join(', ')}, plain)), max(id)
    from (
      select id, nullif(cast(external_id as text), ${usualId}) as own_id, ${GRANT_ENDS.join(', ')}, ${isPlain(hasExpansion)} as plain
      from v1_grants not indexed where id > ? and sync_id = ? order by id limit ${BATCH})`)
  select.setReturnArrays(true)
  let count = 0
  for (let last: number | null = -1; ;) {
    const [rows, id] = select.get(last, syncId) as unknown as readonly [string, number | null]
    if (id === null) return
    last = id
    makeRoomForRows((count += BATCH), BATCH)
    yield (JSON.parse(rows) as readonly Cells[]).map(cellsOf)
  }
}

type Cells = readonly [
  rowId: number,
  id: string | null,
  entitlementId: string,
  resourceType: string,
  resourceId: string,
  principalType: string,
  principalId: string,
  isPlain: number | null,
]

const cellsOf = (cells: Cells): GrantCells => ({
  rowId: cells[0],
  id: cells[1],
  entitlementId: cells[2],
  resourceType: cells[3],
  resourceId: cells[4],
  principalType: cells[5],
  principalId: cells[6],
  isPlain: cells[7] === 1,
})
