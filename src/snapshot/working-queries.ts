import type { DatabaseSync } from 'node:sqlite'

import type { ResourceId } from '../sdk/model.ts'
import type { Dangling, HolderGap, SyncCounts } from '../sync/store.ts'
import { resourceKey } from './resource-key.ts'

/** Answers about the rows collected by now. Every answer is exact and sees what the last write stored. */
export class WorkingQueries {
  readonly #database
  readonly #has
  readonly #count

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#has = database.prepare('select 1 from resource where external_id = ? and data is not null')
    this.#count = database.prepare('select count(*) as n from resource where type = ? and data is not null')
  }

  hasResource(id: ResourceId): boolean {
    return this.#has.get(resourceKey(id)) !== undefined
  }

  resourceCount(type: string): number {
    return Number(this.#count.get(type)?.['n'])
  }

  holderGaps(limit: number): readonly HolderGap[] {
    return this.#database
      .prepare(
        `with found as materialized (select entitlement, count(*) as n from held group by entitlement)
         select c.external_id, c.type, c.own_id, c.count, coalesce(f.n, 0) as found
         from holder_count c left join entitlement e on e.external_id = c.external_id left join found f on f.entitlement = e.id
         where c.count <> coalesce(f.n, 0) order by c.external_id limit ?`,
      )
      .all(limit)
      .map((row) => ({
        entitlementId: String(row['external_id']),
        resource: resourceId(row),
        count: Number(row['count']),
        found: Number(row['found']),
      }))
  }

  dangling(limit: number): Dangling {
    const resources = this.#database.prepare(
      `select distinct type, own_id from entitlement
       where data is null and id in (select entitlement from held) order by type, own_id limit ?`,
    )
    const principals = this.#database.prepare(
      `select type, own_id from resource r
       where data is null and exists (select 1 from held where principal = r.id) order by id limit ?`,
    )
    return { resources: resources.all(limit).map(resourceId), principals: principals.all(limit).map(resourceId) }
  }

  counts(): SyncCounts {
    return {
      resourceTypes: Number(this.#database.prepare('select count(*) as n from resource_type').get()?.['n']),
      resources: this.#byType('select type, count(*) as n from resource where data is not null group by type'),
      entitlements: this.#byType('select type, count(*) as n from entitlement where data is not null group by type'),
      grants: this.#byType(
        `select e.type, sum(f.n) as n from (select entitlement, count(*) as n from held group by entitlement) f
         join entitlement e on e.id = f.entitlement group by e.type`,
      ),
    }
  }

  #byType(sql: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#database
        .prepare(sql)
        .all()
        .map((row) => [String(row['type']), Number(row['n'])]),
    )
  }
}

const resourceId = (row: Record<string, unknown>): ResourceId => ({
  type: String(row['type']),
  id: String(row['own_id']),
})
