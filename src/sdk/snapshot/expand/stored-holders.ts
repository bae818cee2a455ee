import type { DatabaseSync } from 'node:sqlite'

import { isDirect } from '../../wire/rows/decode-grant.ts'
import { readGrantHead } from '../../wire/rows/grant-head.ts'
import type { Involved } from './involved.ts'
import { Numbers } from '../../ground/numbers.ts'
import type { Principals } from './principals.ts'
import { decodedRow } from '../read/decoded-row.ts'

/** Rows that travel into JavaScript at once; more of them outlive the young generation. Source: measurement. */
const BATCH = 1000

/** What the grants of a sync say about the entitlements involved, entitlements and principals as numbers. */
export interface StoredHolders {
  /** Holders of each source, each principal once, as `2 × holder + 1` where it holds the entitlement directly, else `2 × holder`. */
  readonly members: Map<number, Int32Array>
  /** Grants on each target. */
  readonly onTarget: ReadonlyMap<number, TargetGrants>
}

export interface TargetGrants {
  readonly principals: Numbers<Int32Array>
  /** Row numbers. */
  readonly rows: Numbers<Int32Array>
}

/** Whether an entitlement gives something, gets something, or both. */
export interface Roles {
  readonly sources: ReadonlySet<number>
  readonly targets: ReadonlySet<number>
}

type Cells = readonly [row: number, entitlement: number, type: string, id: string, data: Uint8Array | null]

/** Errors: `data-loss` for a row that is damaged. */
export function readStoredHolders(
  database: DatabaseSync,
  syncId: string,
  { sources, targets }: Roles,
  involved: readonly Involved[],
  principals: Principals,
): StoredHolders {
  const lists = new Map([...sources].map((source) => [source, Numbers.small()]))
  const onTarget = new Map<number, { principals: Numbers<Int32Array>; rows: Numbers<Int32Array> }>()
  for (const [row, entitlement, type, id, data] of grantsOn(database, syncId, { sources, targets }, involved)) {
    const principal = principals.numberOf(type, id)
    const list = lists.get(entitlement)
    if (list && data) addMember(list, { type, id, principal, data }, involved[entitlement]?.id ?? '', principals)
    if (!targets.has(entitlement)) continue
    const grants = onTarget.get(entitlement) ?? { principals: Numbers.small(), rows: Numbers.small() }
    onTarget.set(entitlement, grants)
    grants.principals.push(principal)
    grants.rows.push(row)
  }
  const members = new Map([...lists].map(([source, list]) => [source, eachOnce(list.view(), principals)]))
  return { members, onTarget }
}

function addMember(
  list: Numbers<Int32Array>,
  grant: { readonly type: string; readonly id: string; readonly principal: number; readonly data: Uint8Array },
  entitlementId: string,
  principals: Principals,
): void {
  const { principal: form, sources } = headOf(grant.data, entitlementId)
  // A grant that names no principal anywhere has no holder.
  if (form === undefined && grant.type === '' && grant.id === '') return
  const holder = principals.holderOf(grant.principal, form)
  list.push(holder * 2 + (isDirect(sources, entitlementId) ? 1 : 0))
}

/** The first form of each principal, direct where any of its grants is. */
function eachOnce(list: Int32Array, principals: Principals): Int32Array {
  const places = new Map<number, number>()
  const once = Numbers.small()
  for (const member of list) {
    const principal = principals.principalOf(member >> 1)
    const place = places.get(principal)
    if (place === undefined) {
      places.set(principal, places.size)
      once.push(member)
    } else if ((member & 1) === 1) once.view()[place] = (once.view()[place] ?? 0) | 1
  }
  return once.view().slice()
}

function* grantsOn(
  database: DatabaseSync,
  syncId: string,
  { sources, targets }: Roles,
  involved: readonly Involved[],
): Generator<Cells> {
  database.exec('create temp table involved (id text primary key, n integer, source integer) without rowid')
  const insert = database.prepare('insert into temp.involved values (?, ?, ?)')
  for (const n of new Set([...sources, ...targets])) insert.run(involved[n]?.id ?? '', n, sources.has(n) ? 1 : 0)
  const select = database.prepare(
    `select g.id, i.n, g.principal_resource_type_id, g.principal_resource_id, case when i.source then g.data end
     from main.v1_grants g not indexed cross join temp.involved i on i.id = g.entitlement_id
     where g.id > ? and g.sync_id = ? order by g.id limit ${BATCH}`,
  )
  select.setReturnArrays(true)
  for (let last = 0; ;) {
    const rows = select.all(last, syncId) as unknown as readonly Cells[]
    yield* rows
    const end = rows.at(-1)
    if (end === undefined) break
    last = end[0]
  }
  database.exec('drop table temp.involved')
}

function headOf(data: Uint8Array, entitlementId: string): ReturnType<typeof readGrantHead> {
  return decodedRow('expand grants', `a grant of ${JSON.stringify(entitlementId)}`, () => readGrantHead(data))
}
