import type { DatabaseSync } from 'node:sqlite'

import { decodeGrantSources, isDirect } from '../../wire/rows/decode-grant.ts'
import { sqlText } from '../file/database-file.ts'
import { decodedRow } from './decoded-row.ts'

/** Rows that travel into JavaScript at once; more of them outlive the young generation. Source: measurement. */
const BATCH = 1000

/** Principals of one type that hold an entitlement, of rows that stand together. The same entitlement comes again with others. */
export interface GrantHolders {
  readonly entitlementId: string
  readonly principalType: string
  /** Ids of the principals that hold it themselves. */
  readonly direct: readonly string[]
  /** Ids of those that have it by way of another entitlement only; such grants were added by expansion. */
  readonly inherited: readonly string[]
}

/**
 * Who holds entitlements of resources of the given types, in the order of the rows, in batches.
 *
 * Errors: `data-loss` for a row that is damaged.
 * Why: columns come as JSON texts, because a million rows cost more on their way into JavaScript than in SQLite, and grouping them costs SQLite more
 * than looking where the next entitlement begins. No index is used: any may be missing. A row is looked into only where it holds the byte that sources begin with.
 */
export function* grantHolders(
  database: DatabaseSync,
  syncId: string,
  resourceTypes: readonly string[],
): Generator<readonly GrantHolders[]> {
  const rows = `
    from (select id, entitlement_id, principal_resource_type_id as type, principal_resource_id as principal, instr(data, x'2a') > 0 as doubtful
      from v1_grants not indexed
      where id > ? and sync_id = ? and resource_type_id in (${resourceTypes.map(sqlText).join(', ')})
      order by id limit ${BATCH})`
  const select = database.prepare(`
    select max(id) as last, min(type) as first_type, max(type) as last_type, json_group_array(entitlement_id) as entitlements,
      json_group_array(principal) as principals, json_group_array(iif(doubtful, id, 0)) as doubtful ${rows}`)
  const selectTypes = database.prepare(`select json_group_array(type) as types ${rows}`)
  const selectData = database.prepare('select data from v1_grants where id = ?')
  for (let last = 0; ;) {
    const found = select.get(last, syncId)
    if (typeof found?.['last'] !== 'number') return
    const { first_type: type, last_type: other, entitlements, principals, doubtful } = found
    const types = type === other ? [] : (parsed(selectTypes.get(last, syncId)?.['types']) as string[])
    const batch: Batch = {
      entitlements: parsed(entitlements) as string[],
      principals: parsed(principals) as string[],
      typeAt: (at) => types[at] ?? String(type),
      doubtful: parsed(doubtful) as number[],
    }
    yield runsOf(batch, (row) => selectData.get(row)?.['data'])
    last = found['last']
  }
}

const parsed = (json: unknown): unknown => JSON.parse(String(json))

/** Columns of rows that follow each other. */
interface Batch {
  readonly entitlements: readonly string[]
  readonly principals: readonly string[]
  readonly typeAt: (at: number) => string
  /** Ids of the rows that have to be looked into, 0 for the others. */
  readonly doubtful: readonly number[]
}

function runsOf(
  { entitlements, principals, typeAt, doubtful }: Batch,
  dataOf: (row: number) => unknown,
): readonly GrantHolders[] {
  const runs: GrantHolders[] = []
  let run: { entitlementId: string; principalType: string; direct: string[]; inherited: string[] } | undefined
  principals.forEach((principal, at) => {
    const entitlementId = entitlements[at] ?? ''
    const principalType = typeAt(at)
    if (run?.entitlementId !== entitlementId || run.principalType !== principalType)
      runs.push((run = { entitlementId, principalType, direct: [], inherited: [] }))
    const row = doubtful[at] ?? 0
    if (row > 0 && isInherited(dataOf(row), entitlementId)) run.inherited.push(principal)
    else run.direct.push(principal)
  })
  return runs
}

function isInherited(data: unknown, entitlementId: string): boolean {
  if (!(data instanceof Uint8Array)) return false
  const sources = decodedRow('read snapshot', `a grant of ${entitlementId}`, () => decodeGrantSources(data))
  return !isDirect(sources, entitlementId)
}
