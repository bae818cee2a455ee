import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { makeRoomForRows } from '../../sdk/ground/room-for-rows.ts'
import type { Kind, SourceAttributes } from '../model.ts'
import type { ChangeSink, SourceAssignment, SourceMember, SourceObject, SourceRemoval } from '../source.ts'
import { Keys } from './keys.ts'
import { RowBatch } from './row-batch.ts'

/** What left, as the source's image has it. */
export const GONE = { there: 0, restorable: 1, forGood: 2 } as const

// Beside the state, not in it: another process can leave its word there meanwhile, and what was half read is forgotten at a kill.
const TABLES = `
pragma temp.journal_mode = off;
drop table if exists temp.read_key;
drop table if exists temp.read_object;
drop table if exists temp.read_member;
drop table if exists temp.read_assignment;
create temp table read_key (key integer primary key, kind text, id text);
create temp table read_object (key integer primary key, attributes text, enabled integer, gone integer);
create temp table read_member (group_key integer, member_key integer, there integer);
create temp table read_assignment (key integer primary key, default_access integer);
`

/** Takes in what a source reads; it becomes the image with `SourceImage.replace` or `SourceImage.change`, or is forgotten. */
export class SourceReading implements ChangeSink {
  readonly #keys: Keys
  readonly #newKeys: RowBatch
  readonly #objects: RowBatch
  readonly #members: RowBatch
  readonly #membersOf: StatementSync
  readonly #assignments: RowBatch
  readonly #stored: StatementSync
  #rows = 0
  #last = { group: 0, member: 0 }
  #isInOrder = true
  #read = { users: 0, groups: 0, members: 0 }

  constructor(database: DatabaseSync) {
    database.exec(TABLES)
    this.#newKeys = new RowBatch(database, 'insert into temp.read_key', 3)
    this.#objects = new RowBatch(database, 'insert or replace into temp.read_object', 4)
    this.#members = new RowBatch(database, 'insert into temp.read_member', 3)
    this.#membersOf = database.prepare('insert into temp.read_member select ?, value, 1 from json_each(?)')
    this.#assignments = new RowBatch(database, 'insert or replace into temp.read_assignment', 2)
    this.#keys = new Keys(database, 'source_object', (key, kind, id) => this.#newKeys.add(key, kind, id))
    this.#stored = database.prepare(`
      select coalesce(r.attributes, o.attributes) as attributes, iif(r.key is null, o.enabled, r.enabled) as enabled
      from (select ? as key) k
      left join temp.read_object r on r.key = k.key
      left join main.source_object o on o.key = k.key
      where coalesce(r.gone, o.gone) = ${GONE.there} and coalesce(r.attributes, o.attributes) is not null`)
  }

  /** Objects and memberships so far, counted as they came. */
  get read(): { readonly users: number; readonly groups: number; readonly members: number } {
    return this.#read
  }

  /** Whether all memberships came in the order of their numbers. */
  get membersAreInOrder(): boolean {
    return this.#isInOrder
  }

  users(batch: readonly SourceObject[]): void {
    this.#read = { ...this.#read, users: this.#read.users + batch.length }
    for (const object of batch) this.#put('user', object)
  }

  groups(batch: readonly SourceObject[]): void {
    this.#read = { ...this.#read, groups: this.#read.groups + batch.length }
    for (const object of batch) this.#put('group', object)
  }

  members(batch: readonly SourceMember[]): void {
    this.#read = { ...this.#read, members: this.#read.members + batch.length }
    this.#putMembers(batch, 1)
  }

  membersOf(group: string, kind: Kind, members: readonly string[]): void {
    this.#members.flush()
    this.#read = { ...this.#read, members: this.#read.members + members.length }
    this.#rows += members.length
    makeRoomForRows(this.#rows, members.length)
    const groupKey = this.#keys.of('group', group)
    const memberKeys = Int32Array.from(members, (member) => this.#keys.of(kind, member)).sort()
    const [first = 0] = memberKeys
    const { group: lastGroup, member: lastMember } = this.#last
    this.#isInOrder &&= groupKey > lastGroup || (groupKey === lastGroup && first >= lastMember)
    this.#last = { group: groupKey, member: memberKeys.at(-1) ?? 0 }
    this.#membersOf.run(groupKey, `[${memberKeys.join(',')}]`)
  }

  notMembers(batch: readonly SourceMember[]): void {
    this.#putMembers(batch, 0)
  }

  assignments(batch: readonly SourceAssignment[]): void {
    for (const { principal, kind, defaultAccess } of batch)
      this.#assignments.add(this.#keys.of(kind, principal), defaultAccess ? 1 : 0)
  }

  removed(batch: readonly SourceRemoval[]): void {
    for (const { kind, id, permanent } of batch)
      this.#objects.add(this.#keys.of(kind, id), null, null, permanent ? GONE.forGood : GONE.restorable)
  }

  stored(kind: Kind, id: string): SourceObject | undefined {
    const key = this.#keys.find(kind, id)
    if (key === undefined) return undefined
    this.#objects.flush()
    const row = this.#stored.get(key)
    if (!row) return undefined
    const { attributes, enabled } = row
    const object = { id, attributes: JSON.parse(String(attributes)) as SourceAttributes }
    return enabled === null ? object : { ...object, enabled: enabled === 1 }
  }

  /** To be called before the image takes over what was read. */
  flush(): void {
    for (const rows of [this.#newKeys, this.#objects, this.#members, this.#assignments]) rows.flush()
  }

  #put(kind: Kind, { id, attributes, enabled }: SourceObject): void {
    makeRoomForRows(++this.#rows)
    const flag = enabled === undefined ? null : enabled ? 1 : 0
    this.#objects.add(this.#keys.of(kind, id), sortedJson(attributes), flag, GONE.there)
  }

  #putMembers(batch: readonly SourceMember[], there: 0 | 1): void {
    let [lastGroup, groupKey] = ['', 0]
    this.#isInOrder &&= batch.length === 0
    for (const { group, member, kind } of batch) {
      // Memberships come group by group.
      if (group !== lastGroup || groupKey === 0) [lastGroup, groupKey] = [group, this.#keys.of('group', group)]
      makeRoomForRows(++this.#rows)
      this.#members.add(groupKey, this.#keys.of(kind, member), there)
    }
  }
}

/** The same text for the same attributes, in whatever order they come. Most sources give them in order: to look costs less than to sort. */
function sortedJson(attributes: SourceAttributes): string {
  const names = Object.keys(attributes)
  const isSorted = names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name)
  if (isSorted) return JSON.stringify(attributes)
  return JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, attributes[name]])))
}
