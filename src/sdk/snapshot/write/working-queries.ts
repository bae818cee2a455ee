import type { DatabaseSync } from 'node:sqlite'

import type { ResourceId } from '../../model/model.ts'
import type { Dangling, HolderGap, SyncCounts } from '../../sync/store.ts'
import type { WorkingGrants } from './working-grants.ts'
import { resourceKey } from '../../model/ids.ts'

/** Answers about the rows collected by now. Every answer is exact and sees what the last write stored. */
export class WorkingQueries {
  readonly #database
  readonly #grants
  readonly #has
  readonly #count

  constructor(database: DatabaseSync, grants: WorkingGrants) {
    this.#database = database
    this.#grants = grants
    this.#has = database.prepare('select 1 from resource where external_id = ? and data is not null')
    this.#count = database.prepare('select count(*) as n from resource where type = ? and data is not null')
  }

  hasResource(id: ResourceId): boolean {
    return this.#has.get(resourceKey(id)) !== undefined
  }

  resourceCount(type: string): number {
    return Number(this.#count.get(type)?.['n'])
  }

  resourceIds(type: string): readonly string[] {
    const ids = this.#database.prepare('select own_id from resource where type = ? and data is not null order by id')
    return ids.all(type).map((row) => String(row['own_id']))
  }

  holderGaps(limit: number): readonly HolderGap[] {
    const gaps: HolderGap[] = []
    const counts = this.#database.prepare(
      `select c.external_id, c.type, c.own_id, c.count, e.id from holder_count c
       left join entitlement e on e.external_id = c.external_id order by c.external_id`,
    )
    for (const row of counts.iterate()) {
      const [count, found] = [Number(row['count']), this.#grants.countOf(Number(row['id']))]
      if (gaps.length >= limit) break
      if (count !== found)
        gaps.push({ entitlementId: String(row['external_id']), resource: resourceId(row), count, found })
    }
    return gaps
  }

  dangling(limit: number): Dangling {
    return { resources: this.#unknownOwners(limit), principals: this.#unknownPrincipals(limit) }
  }

  counts(): SyncCounts {
    return {
      resourceTypes: Number(this.#database.prepare('select count(*) as n from resource_type').get()?.['n']),
      resources: this.#byType('select type, count(*) as n from resource where data is not null group by type'),
      entitlements: this.#byType('select type, count(*) as n from entitlement where data is not null group by type'),
      grants: this.#grantsByType(),
    }
  }

  #unknownPrincipals(limit: number): readonly ResourceId[] {
    const unknown = this.#database.prepare('select id, type, own_id from resource where data is null order by id').all()
    if (unknown.length === 0) return []
    const holders = this.#grants.principals()
    return unknown
      .filter((row) => holders.has(Number(row['id'])))
      .slice(0, limit)
      .map(resourceId)
  }

  #unknownOwners(limit: number): readonly ResourceId[] {
    const unknown = this.#database
      .prepare('select id, type, own_id from entitlement where data is null order by id')
      .all()
    if (unknown.length === 0) return []
    const owners = new Map<string, ResourceId>()
    for (const row of unknown) {
      if (owners.size >= limit) break
      if (this.#grants.countOf(Number(row['id'])) > 0) owners.set(resourceKey(resourceId(row)), resourceId(row))
    }
    return [...owners.values()]
  }

  #grantsByType(): Readonly<Record<string, number>> {
    const byType = new Map<string, number>()
    for (const row of this.#database.prepare('select id, type from entitlement').iterate()) {
      const [type, grants] = [String(row['type']), this.#grants.countOf(Number(row['id']))]
      if (grants > 0) byType.set(type, (byType.get(type) ?? 0) + grants)
    }
    return Object.fromEntries(byType)
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
