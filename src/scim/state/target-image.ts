import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Kind, TargetObject } from '../model.ts'
import { Keys } from './keys.ts'
import { foldName, matchValues } from './match-values.ts'
import { Meta } from './meta.ts'
import { RowBatch } from './row-batch.ts'
import { sortPairs } from './sort-pairs.ts'
import { inTransaction } from './transaction.ts'

const TABLES = `
pragma temp.journal_mode = off;
create temp table if not exists list_key (key integer primary key, kind text, id text);
create temp table if not exists list_object (key integer primary key, attributes text, version text, members integer, external_id text, name text);
create temp table if not exists list_member (group_key integer, member_key integer);
`
const ON_TOP = `
update temp.list_object as r set attributes = json_patch(o.attributes, r.attributes),
    external_id = coalesce(r.external_id, o.external_id), name = coalesce(r.name, o.name)
  from main.target_object as o where o.key = r.key and o.attributes is not null`
/** Of `members`: the target does not show them, and those that this engine has put there count. */
const OWN = 2
const NAMES_MEMBERS = 'names members'
const COLUMNS = 'key, attributes, version, members, external_id, name'

/** What taking over a listing found missing that was there before. */
export interface Vanished {
  readonly objects: number
}

/**
 * What the target showed last.
 *
 * Members are ids of users. Any other id among the members of a group is kept as a user without attributes, which no link refers to.
 */
export class TargetImage {
  readonly #database: DatabaseSync
  readonly #keys: Keys
  readonly #newKeys: RowBatch
  readonly #objects: RowBatch
  readonly #members: RowBatch
  readonly #get: StatementSync
  readonly #membersOf: StatementSync
  readonly #named: StatementSync
  readonly #meta: Meta

  constructor(database: DatabaseSync) {
    database.exec(TABLES)
    this.#database = database
    this.#newKeys = new RowBatch(database, 'insert into temp.list_key', 3)
    this.#objects = new RowBatch(database, `insert or replace into temp.list_object (${COLUMNS})`, 6)
    this.#members = new RowBatch(database, 'insert into temp.list_member', 2)
    this.#keys = new Keys(database, 'target_object', (key, kind, id) => this.#newKeys.add(key, kind, id))
    this.#get = database.prepare('select kind, id, attributes, version from target_object where key = ?')
    this.#meta = new Meta(database)
    this.#named = database.prepare(
      "select key from main.target_object where kind = 'user' and name = ? and attributes is not null",
    )
    this.#membersOf = database.prepare(
      'select o.id from target_member m join target_object o on o.key = m.member_key where m.group_key = ?',
    )
  }

  /** Whether the target names members by their userName, where others give their id. */
  get namesMembers(): boolean {
    return this.#meta.get(NAMES_MEMBERS) !== undefined
  }

  /** Begins a listing; what an earlier one left half done is forgotten. */
  startListing(): void {
    this.#flush()
    this.#database.exec('delete from temp.list_object; delete from temp.list_member')
  }

  /** Takes in a page. An object that comes again counts once. */
  addPage(objects: readonly TargetObject[]): void {
    for (const object of objects) this.#stage(object)
  }

  /** Linked users that were there and that the listing so far does not show; those who were disabled first. */
  unlistedUsers(): readonly number[] {
    this.#flush()
    return this.#database
      .prepare(
        `select t.key from main.target_object t join main.link l on l.target_key = t.key
          where t.kind = 'user' and t.attributes is not null and t.key not in (select key from temp.list_object)
          order by json_extract(t.attributes, '$.active') is 0 desc, t.key`,
      )
      .all()
      .map(({ key }) => Number(key))
  }

  /** Ends a listing of one kind: where it was complete, what it does not hold is not there. */
  finishListing(kind: Kind, complete: boolean): Vanished {
    this.#flush()
    return inTransaction(this.#database, () => {
      this.#takeOver()
      const vanished = complete
        ? this.#run(
            `update main.target_object set attributes = null, version = null, members = 0, external_id = null, name = null
              where kind = ? and attributes is not null and key not in (select key from temp.list_object)`,
            kind,
          )
        : 0
      if (vanished > 0 && kind === 'group')
        this.#run(
          "delete from main.target_member where group_key in (select key from main.target_object where kind = 'group' and attributes is null)",
        )
      this.#database.exec('delete from temp.list_object; delete from temp.list_member')
      return { objects: vanished }
    })
  }

  /** Takes over objects that were read by themselves. With `onTop`, attributes that only a listing showed stay. */
  put(objects: readonly TargetObject[], { onTop = false }: { readonly onTop?: boolean } = {}): void {
    this.startListing()
    this.addPage(objects)
    this.#flush()
    if (onTop) this.#database.exec(ON_TOP)
    inTransaction(this.#database, () => this.#takeOver())
    this.startListing()
  }

  /** The object is not there any more. */
  putGone(kind: Kind, id: string): void {
    const key = this.keyOf(kind, id)
    this.#run(
      'update target_object set attributes = null, version = null, members = 0, external_id = null, name = null where key = ?',
      key,
    )
    this.#run('delete from target_member where group_key = ?', key)
  }

  /** The number of an object whose id the target has given. */
  keyOf(kind: Kind, id: string): number {
    const key = this.#keys.of(kind, id)
    this.#newKeys.flush()
    this.#putKeys()
    return key
  }

  /** Whether a group has shown a member. */
  get showsMembers(): boolean {
    return (
      this.#database
        .prepare(
          'select 1 from target_member m join target_object g on g.key = m.group_key where g.members = 1 limit 1',
        )
        .get() !== undefined
    )
  }

  /** Begins for a target that hides members: a group whose members were never seen has those that this engine adds. */
  startHidden(): void {
    this.#run(
      "update main.target_object set members = ? where kind = 'group' and members = 0 and attributes is not null",
      OWN,
    )
  }

  /** Records the additions or removals of a group as done: the target accepted them and shows no members. */
  takeWritten(source: number, action: 'add-members' | 'remove-members'): void {
    this.#run(
      `update main.target_object set members = ${OWN} where key = (select target_key from temp.tie where source_key = ?)`,
      source,
    )
    this.#run(
      action === 'add-members'
        ? `insert or ignore into main.target_member select g.target_key, u.target_key from temp.add_member m
            join temp.tie g on g.source_key = m.group_key join temp.tie u on u.source_key = m.member_key where m.group_key = ?`
        : `delete from main.target_member where exists (select 1 from temp.drop_member d where d.source_key = ?
            and d.group_key = target_member.group_key and d.member_key = target_member.member_key)`,
      source,
    )
  }

  /** How many are known to be there. */
  count(kind: Kind): number {
    return Number(
      this.#database
        .prepare('select count(*) as n from target_object where kind = ? and attributes is not null')
        .get(kind)?.['n'],
    )
  }

  /** The target's id for a number. */
  idOf(key: number): string | undefined {
    const id = this.#get.get(key)?.['id']
    return typeof id === 'string' ? id : undefined
  }

  /** Whether an object of this number has been seen and was there. */
  isThere(key: number): boolean {
    return typeof this.#get.get(key)?.['attributes'] === 'string'
  }

  /** An object as it was seen last; `undefined` where it is not there. `withMembers` reads those too. */
  get(key: number, withMembers = false): TargetObject | undefined {
    const row = this.#get.get(key)
    if (!row || typeof row['attributes'] !== 'string') return undefined
    return {
      kind: row['kind'] as Kind,
      id: String(row['id']),
      attributes: JSON.parse(row['attributes']) as Record<string, unknown>,
      ...(withMembers && { members: this.#membersOf.all(key).map(({ id }) => String(id)) }),
      ...(typeof row['version'] === 'string' && { version: row['version'] }),
    }
  }

  #stage({ kind, id, attributes, members, version }: TargetObject): void {
    const key = this.#keys.of(kind, id)
    const { externalId, name } = matchValues(kind, attributes)
    this.#objects.add(key, JSON.stringify(attributes), version ?? null, members ? 1 : 0, externalId, name)
    if (kind === 'group' && members)
      for (const member of new Set(members))
        this.#members.add(key, this.#keys.find('user', member) ?? this.#keyOfMember(member))
  }

  /**
   * The number of a member whose id nobody has seen: of the user of that name, else a new one.
   *
   * Why: Canaille shows the members of a group by their userName.
   */
  #keyOfMember(member: string): number {
    const [found, ...more] = this.#named.all(foldName('user', member))
    if (!found || more.length > 0) return this.#keys.of('user', member)
    if (!this.namesMembers) this.#meta.set(NAMES_MEMBERS, 'true')
    return Number(found['key'])
  }

  #takeOver(): void {
    this.#putKeys()
    this.#run(`update main.target_object as o set attributes = r.attributes, version = r.version, 
        members = iif(r.members = 0 and o.members = ${OWN}, ${OWN}, r.members),
        external_id = r.external_id, name = r.name
      from temp.list_object as r where r.key = o.key`)
    // A page that came twice, or a group shown twice with other members: what was shown at all counts as there.
    sortPairs(this.#database, 'list_member')
    this.#run(`delete from main.target_member where group_key in (select key from temp.list_object where members = 1)
      and not exists (select 1 from temp.pair p where p.group_key = target_member.group_key and p.member_key = target_member.member_key)`)
    this.#run('insert or ignore into main.target_member select group_key, member_key from temp.pair')
    this.#database.exec('drop table temp.pair')
  }

  #putKeys(): void {
    this.#run('insert or ignore into main.target_object (key, kind, id) select key, kind, id from temp.list_key')
    this.#run('delete from temp.list_key')
  }

  #flush(): void {
    for (const rows of [this.#newKeys, this.#objects, this.#members]) rows.flush()
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes)
  }
}
