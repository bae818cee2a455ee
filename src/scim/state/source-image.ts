import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../model.ts'
import { GONE, type SourceReading } from './source-reading.ts'
import { sortPairs } from './sort-pairs.ts'
import { inTransaction } from './transaction.ts'

/** How many there are of each. */
export interface SourceCounts {
  readonly users: number
  readonly groups: number
  readonly members: number
}

/** What taking over a read changed. */
export interface SourceChange {
  readonly objects: number
  readonly members: number
  readonly assignments: number
}

/** What the source said last. */
export class SourceImage {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Objects that are there, and memberships. */
  counts(): SourceCounts {
    return {
      users: this.#count(there('user')),
      groups: this.#count(there('group')),
      members: this.#count('source_member'),
    }
  }

  /**
   * Takes over a read of everything. What a complete read does not hold has left; an incomplete one takes nothing away.
   */
  replace(reading: SourceReading, complete: boolean): SourceChange {
    reading.flush()
    return inTransaction(this.#database, () => {
      if (complete)
        this.#run(`update main.source_object set gone = ${GONE.restorable}, changed = 1
          where gone = ${GONE.there} and attributes is not null and key not in (select key from temp.read_object)`)
      this.#putObjects()
      return {
        objects: this.#count('main.source_object where changed = 1'),
        members: this.#putAllMembers(complete, reading.membersAreInOrder),
        assignments: this.#putAssignments(complete),
      }
    })
  }

  /** Takes over a read of changes. Of an incomplete one nothing is taken away, either. */
  change(reading: SourceReading, complete: boolean): SourceChange {
    reading.flush()
    return inTransaction(this.#database, () => {
      if (!complete) this.#run(`delete from temp.read_object where gone <> ${GONE.there}`)
      this.#putObjects()
      return {
        objects: this.#count('main.source_object where changed = 1'),
        members: this.#putChangedMembers(complete),
        assignments: this.#putAssignments(complete),
      }
    })
  }

  /**
   * Takes over single objects, the memberships that were told, and of these objects and groups the assignments; all else stays. The objects count
   * as changed in any case.
   */
  putSome(reading: SourceReading): void {
    reading.flush()
    inTransaction(this.#database, () => {
      this.#putObjects()
      this.#run('update main.source_object set changed = 1 where key in (select key from temp.read_object)')
      this.#run(`delete from main.source_assignment where key not in (select key from temp.read_assignment) and
        (key in (select key from temp.read_object) or key in (select group_key from temp.read_member where there = 1))`)
      this.#putChangedMembers(true)
      this.#putAssignments(false)
    })
  }

  /** The number of an object of the source. */
  keyOf(kind: Kind, id: string): number | undefined {
    const key = this.#database.prepare('select key from source_object where kind = ? and id = ?').get(kind, id)?.['key']
    return typeof key === 'number' ? key : undefined
  }

  /** Direct members of a group as the image has them. */
  membersOf(group: string): readonly { readonly kind: Kind; readonly member: string }[] {
    return this.#database
      .prepare(
        `select o.kind, o.id from main.source_object g join main.source_member m on m.group_key = g.key
          join main.source_object o on o.key = m.member_key where g.kind = 'group' and g.id = ?`,
      )
      .all(group)
      .map(({ kind, id }) => ({ kind: kind as Kind, member: String(id) }))
  }

  /** Groups that a user is a direct member of as the image has them, by their ids. */
  groupsOf(user: string): readonly string[] {
    return this.#database
      .prepare(
        `select g.id from main.source_object u join main.source_member m on m.member_key = u.key
          join main.source_object g on g.key = m.group_key where u.kind = 'user' and u.id = ?`,
      )
      .all(user)
      .map(({ id }) => String(id))
  }

  /** Objects with these attributes are new, others differ; a key alone is only referred to. */
  #putObjects(): void {
    this.#run(`update main.source_object as o
      set attributes = coalesce(r.attributes, o.attributes), enabled = iif(r.gone = ${GONE.there}, r.enabled, o.enabled),
        gone = r.gone, changed = 1
      from temp.read_object as r
      where r.key = o.key and (o.gone <> r.gone
        or r.gone = ${GONE.there} and (o.attributes is not r.attributes or o.enabled is not r.enabled))`)
    this.#run(`insert into main.source_object (key, kind, id, attributes, enabled, gone, changed)
      select k.key, k.kind, k.id, r.attributes, r.enabled, coalesce(r.gone, ${GONE.there}), r.key is not null
      from temp.read_key k left join temp.read_object r on r.key = k.key`)
    this.#database.exec('delete from temp.read_key')
  }

  #putAllMembers(complete: boolean, areInOrder: boolean): number {
    // A first read has nothing to be compared with.
    if (this.#count('(select 1 from main.source_member limit 1)') === 0)
      return this.#run(
        `insert or ignore into main.source_member select group_key, member_key from temp.read_member ${areInOrder ? '' : 'order by 1, 2'}`,
      )
    sortPairs(this.#database, 'read_member')
    const removed = complete
      ? this.#run(`delete from main.source_member where not exists (select 1 from temp.pair p
          where p.group_key = source_member.group_key and p.member_key = source_member.member_key)`)
      : 0
    const added = this.#run('insert or ignore into main.source_member select group_key, member_key from temp.pair')
    this.#database.exec('drop table temp.pair')
    return removed + added
  }

  /** Of one membership that was told more than once, the last word counts. */
  #putChangedMembers(complete: boolean): number {
    const last = (there: 0 | 1): string =>
      `select group_key, member_key from (select group_key, member_key, there, max(rowid) from temp.read_member group by 1, 2) where there = ${there}`
    const removed = complete
      ? this.#run(`delete from main.source_member where (group_key, member_key) in (${last(0)})`)
      : 0
    const added = this.#run(`insert or ignore into main.source_member ${last(1)}`)
    this.#database.exec('delete from temp.read_member')
    return removed + added
  }

  #putAssignments(complete: boolean): number {
    const removed = complete
      ? this.#run('delete from main.source_assignment where key not in (select key from temp.read_assignment)')
      : 0
    const put = this
      .#run(`insert into main.source_assignment select key, default_access from temp.read_assignment where true
      on conflict do update set default_access = excluded.default_access where default_access <> excluded.default_access`)
    this.#database.exec('delete from temp.read_assignment')
    return removed + put
  }

  #run(sql: string): number {
    return Number(this.#database.prepare(sql).run().changes)
  }

  #count(what: string): number {
    return Number(this.#database.prepare(`select count(*) as n from ${what}`).get()?.['n'])
  }
}

const there = (kind: Kind): string =>
  `main.source_object where kind = '${kind}' and gone = ${GONE.there} and attributes is not null`
