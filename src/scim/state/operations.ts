import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { makeRoomForRows } from '../../sdk/ground/room-for-rows.ts'
import type { AttributeChange, Kind, TargetValues } from '../model.ts'

/** What is done to one object. `enable` and `disable` are updates that change `active`, with or without other attributes. */
export type Action = 'create' | 'update' | 'enable' | 'disable' | 'delete' | 'add-members' | 'remove-members'

export type OperationState =
  /** To be sent. */
  | 'planned'
  /** Cannot be decided in this cycle, because something was not read in full. */
  | 'held'
  /** Waits for `allow-deletes`. */
  | 'staged'
  /** Sent; nobody knows more yet. */
  | 'sent'
  /** The target said yes; it has not been looked at. */
  | 'answered'
  /** The target shows it. */
  | 'done'
  | 'failed'

export interface NewOperation {
  readonly kind: Kind
  readonly action: Action
  readonly source: number | undefined
  readonly target: number | undefined
  /** What people call the object. */
  readonly name: string
  readonly changes: readonly AttributeChange[]
  /** How many members are added or removed. @default 0 */
  readonly members?: number | undefined
  readonly reason: string
  readonly state: Extract<OperationState, 'planned' | 'held'>
}

export interface Operation extends Omit<NewOperation, 'state' | 'members'> {
  readonly id: number
  readonly members: number
  /** What is left of the changes to be sent; `undefined` for all of them. */
  readonly rest: readonly AttributeChange[] | undefined
  /** How often it was sent. */
  readonly attempts: number
  readonly state: OperationState
  readonly code: string | undefined
  readonly detail: string | undefined
  /** From when it was sent last until it ended; 0 where it was not. */
  readonly durationMs: number
}

/** Ids of what an operation is about; absent where there is none. */
export interface OperationIds {
  readonly sourceId: string | undefined
  readonly targetId: string | undefined
}

/** Operations of the cycle at work, in the order in which they are carried out. Each is written down before it is sent. */
export class Operations {
  readonly #database: DatabaseSync
  readonly #add: StatementSync
  readonly #get: StatementSync
  readonly #sent: StatementSync
  readonly #ended: StatementSync
  readonly #replace: StatementSync
  readonly #reduce: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#add = database.prepare(`insert into operation
      (cycle, kind, action, source_key, target_key, name, changes, members, reason, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#get = database.prepare(`${SELECT} where id = ?`)
    this.#sent = database.prepare(
      "update operation set state = 'sent', attempts = attempts + 1, sent_at = ? where id = ?",
    )
    this.#replace = database.prepare(
      "update operation set state = 'planned', action = ?, target_key = ?, changes = ?, rest = null, reason = ? where id = ?",
    )
    this.#reduce = database.prepare("update operation set state = 'planned', rest = ? where id = ?")
    this.#ended = database.prepare(
      'update operation set state = ?, code = ?, detail = ?, target_key = coalesce(?, target_key), ended_at = ? where id = ?',
    )
  }

  /** Forgets those of earlier cycles, and plans that nobody carried out. */
  clear(): void {
    this.#database.exec('delete from operation')
  }

  /** As `clear`, but what waits for `allow-deletes` goes on waiting, unless it is about these source keys. */
  keepStaged(except: ReadonlySet<number>): void {
    this.#database
      .prepare("delete from operation where state <> 'staged' or source_key in (select value from json_each(?))")
      .run(JSON.stringify([...except]))
  }

  add(cycle: number, operation: NewOperation): number {
    const { kind, action, source, target, name, changes, members = 0, reason, state } = operation
    const { lastInsertRowid } = this.#add.run(
      ...[cycle, kind, action, source ?? null, target ?? null, name],
      ...[JSON.stringify(changes), members, reason, state],
    )
    return Number(lastInsertRowid)
  }

  /** Adds a create for each source object of a kind that is in scope and tied to nothing; `reason` and `state` are those of all. */
  addCreates(cycle: number, kind: Kind, { reason, state }: Pick<NewOperation, 'reason' | 'state'>): void {
    this.#database
      .prepare(
        `insert into operation (cycle, kind, action, source_key, name, reason, state)
          select ?, kind, 'create', key, label, ?, ? from desired
          where kind = ? and verdict = 'in' and active = 1 and candidates is null
            and key not in (select source_key from temp.tie) and key not in (select key from temp.conflict) order by key`,
      )
      .run(cycle, reason, state, kind)
  }

  get(id: number): Operation | undefined {
    const row = this.#get.get(id)
    return row && operationOf(row)
  }

  sent(id: number, at: Date): void {
    this.#sent.run(at.toISOString(), id)
  }

  /** Replaces an operation by another one on the same object, because the object vanished or was found meanwhile. */
  replace(
    id: number,
    { action, target, changes, reason }: Pick<NewOperation, 'action' | 'target' | 'changes' | 'reason'>,
  ): void {
    this.#replace.run(action, target ?? null, JSON.stringify(changes), reason, id)
  }

  /** Leaves only these changes to be sent. */
  reduce(id: number, rest: readonly AttributeChange[]): void {
    this.#reduce.run(JSON.stringify(rest), id)
  }

  /** Leaves fewer members to be added, or forgets the operation where nobody is left. */
  lessen(id: number, members: number, changes: readonly AttributeChange[]): void {
    if (members === 0) this.#database.prepare('delete from operation where id = ?').run(id)
    else
      this.#database
        .prepare('update operation set members = ?, changes = ? where id = ?')
        .run(members, JSON.stringify(changes), id)
  }

  ended(
    id: number,
    state: OperationState,
    at: Date,
    { code, detail, target }: { readonly code?: string; readonly detail?: string; readonly target?: number } = {},
  ): void {
    this.#ended.run(state, code ?? null, detail ?? null, target ?? null, at.toISOString(), id)
  }

  /** Ids of the operations in these states, in their order. */
  ids(
    states: readonly OperationState[],
    where: { readonly kind?: Kind; readonly actions?: readonly Action[] } = {},
  ): readonly number[] {
    const rows = this.#database
      .prepare(
        `select id from operation where state in (select value from json_each(?)) and kind = coalesce(?, kind)
          and (? is null or action in (select value from json_each(?))) order by id`,
      )
      .all(JSON.stringify(states), where.kind ?? null, ...twice(where.actions ? JSON.stringify(where.actions) : null))
    return rows.map(({ id }) => Number(id))
  }

  /** All in the order in which they are carried out, one at a time, with the ids at both ends. */
  *all(): Generator<Operation & OperationIds> {
    // Only numbers are sorted: the rows are wide.
    const ordered = `select o.*, iif(o.changes is null, coalesce(d.on_create, d.attributes), null) as desired,
        s.id as source_id, t.id as target_id
      from (select id as at from operation as o order by ${ORDER}, id) join operation o on o.id = at ${DESIRED}
        left join source_object s on s.key = o.source_key left join target_object t on t.key = o.target_key`
    let rows = 0
    for (const row of this.#database.prepare(ordered).iterate()) {
      makeRoomForRows(++rows)
      const ids: OperationIds = {
        sourceId: optional(row['source_id'], String),
        targetId: optional(row['target_id'], String),
      }
      yield Object.assign(operationOf(row), ids)
    }
  }

  count(): number {
    return Number(this.#database.prepare('select count(*) as n from operation').get()?.['n'])
  }

  /** All, those of one object together. */
  *byObject(): Generator<Operation> {
    for (const row of this.#database.prepare(`${SELECT} order by o.kind, source_key, id`).iterate())
      yield operationOf(row)
  }

  /** How many there are by kind, action and state. */
  tally(): readonly {
    readonly kind: Kind
    readonly action: Action
    readonly state: OperationState
    readonly count: number
    readonly members: number
    readonly code: string | undefined
  }[] {
    return this.#database
      .prepare(
        'select kind, action, state, code, count(*) as count, sum(members) as members from operation group by 1, 2, 3, 4 order by min(id)',
      )
      .all()
      .map((row) => ({
        kind: row['kind'] as Kind,
        action: row['action'] as Action,
        state: row['state'] as OperationState,
        count: Number(row['count']),
        members: Number(row['members']),
        code: typeof row['code'] === 'string' ? row['code'] : undefined,
      }))
  }
}

/** A create that was planned in bulk sets what stands in `desired`. */
const SELECT_FROM = 'select o.*, iif(o.changes is null, coalesce(d.on_create, d.attributes), null) as desired from'
const DESIRED = 'left join desired d on d.key = o.source_key'
const SELECT = `${SELECT_FROM} operation o ${DESIRED}`

/** Users, groups, memberships, then deletes. */
const ORDER = `case action when 'add-members' then 3 when 'remove-members' then 4 when 'delete' then iif(o.kind = 'user', 5, 6)
  else iif(o.kind = 'user', 1, 2) end`

const twice = <T>(value: T): readonly [T, T] => [value, value]

function operationOf(row: Readonly<Record<string, SQLOutputValue>>): Operation {
  let changes: readonly AttributeChange[] | undefined
  return {
    id: Number(row['id']),
    kind: row['kind'] as Kind,
    action: row['action'] as Action,
    source: optional(row['source_key'], Number),
    target: optional(row['target_key'], Number),
    name: String(row['name']),
    // Read on demand: lists of operations do not need the changes, and there may be a hundred thousand operations.
    get changes() {
      return (changes ??= changesOf(row))
    },
    rest: optional(row['rest'], (json) => JSON.parse(String(json)) as AttributeChange[]),
    attempts: Number(row['attempts']),
    members: Number(row['members']),
    reason: String(row['reason']),
    state: row['state'] as OperationState,
    code: optional(row['code'], String),
    detail: optional(row['detail'], String),
    durationMs:
      row['sent_at'] === null || row['ended_at'] === null
        ? 0
        : Math.max(0, Date.parse(String(row['ended_at'])) - Date.parse(String(row['sent_at']))),
  }
}

const changesOf = ({ changes, desired }: Readonly<Record<string, SQLOutputValue>>): readonly AttributeChange[] =>
  typeof changes === 'string'
    ? (JSON.parse(changes) as AttributeChange[])
    : Object.entries(JSON.parse(String(desired ?? '{}')) as TargetValues).map(([path, after]) => ({ path, after }))

const optional = <T>(value: unknown, to: (value: unknown) => T): T | undefined =>
  value === null ? undefined : to(value)
