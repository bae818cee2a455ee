import type { DatabaseSync } from 'node:sqlite'

import { tableColumns } from '../tables/base-file.ts'

/** Rows of one sync that do not fit each other. */
export interface Contradiction {
  readonly kind: ContradictionKind
  /** Ids of what the contradiction is about, as the rows have them: `user:ann`, an entitlement, a type. */
  readonly about: string
  /** What else is needed to name it: of doubled grants the principal. */
  readonly other: string
  /** Rows that have it. */
  readonly count: number
}

export type ContradictionKind = keyof typeof QUERIES

/** Tables that are looked at, by their names in the queries. */
const TABLES = {
  types: 'v1_resource_types',
  resources: 'v1_resources',
  entitlements: 'v1_entitlements',
  grants: 'v1_grants',
} as const

const COLUMNS = `'' as external_id, '' as resource_type_id, '' as resource_id, '' as parent_resource_type_id, '' as parent_resource_id,
  '' as entitlement_id, '' as principal_resource_type_id, '' as principal_resource_id`

/**
 * Each query gives `about`, `other` and `count`. Joins rather than sub-queries: where a file has no index, SQLite makes one for a join.
 */
const QUERIES = {
  'unknown-type': `select about, '' as other, count(*) as count from (
      select resource_type_id as about from resources union all select resource_type_id from entitlements
      union all select resource_type_id from grants union all select principal_resource_type_id from grants
    ) left join types t on t.external_id = about where t.external_id is null group by about`,
  'unknown-parent': `select r.parent_resource_type_id || ':' || r.parent_resource_id as about, '' as other, count(*) as count from resources r
    left join resources p on p.external_id = r.parent_resource_type_id || ':' || r.parent_resource_id
    where r.parent_resource_id <> '' and p.external_id is null group by 1`,
  'unknown-resource': `select about, '' as other, count(*) as count from (
      select resource_type_id || ':' || resource_id as about from entitlements
      union all select resource_type_id || ':' || resource_id from grants
    ) left join resources r on r.external_id = about where r.external_id is null group by about`,
  'unknown-entitlement': `select g.entitlement_id as about, '' as other, count(*) as count from grants g
    left join entitlements e on e.external_id = g.entitlement_id where e.external_id is null group by 1`,
  'unknown-principal': `select g.principal_resource_type_id || ':' || g.principal_resource_id as about, '' as other, count(*) as count from grants g
    left join resources r on r.external_id = g.principal_resource_type_id || ':' || g.principal_resource_id
    where r.external_id is null group by 1`,
  'doubled-grant': `select entitlement_id as about, principal_resource_type_id || ':' || principal_resource_id as other, count(*) as count
    from grants group by 1, 2 having count(*) > 1`,
  'doubled-id': `select about, '' as other, max(count) as count from (
      select external_id as about, count(*) as count from resources group by 1 union all
      select external_id, count(*) from entitlements group by 1 union all select external_id, count(*) from grants group by 1
    ) where count > 1 group by about`,
} as const

/** Rows that name what the sync does not hold, and rows that there should be once; in the order of the kinds, then by id. */
export function* contradictions(database: DatabaseSync, syncId: string): Generator<Contradiction> {
  const tables = Object.entries(TABLES).map(([name, table]) => {
    const columns = tableColumns(database, table)
    const rows = columns.size === 0 ? `select ${COLUMNS} where 0` : `select * from ${table} where sync_id = ?1`
    return `${name} as (${rows})`
  })
  for (const kind of Object.keys(QUERIES) as ContradictionKind[]) {
    const sql = `with ${tables.join(', ')} select cast(about as text) as about, cast(other as text) as other, count from (${QUERIES[kind]})
      where ?1 is not null order by about, other`
    for (const { about, other, count } of database.prepare(sql).iterate(syncId))
      yield { kind, about: String(about), other: String(other), count: Number(count) }
  }
}
