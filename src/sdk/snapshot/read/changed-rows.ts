import type { DatabaseSync } from 'node:sqlite'

import { tableColumns } from '../tables/base-file.ts'

/** A row that two syncs do not have alike. Column names are those of the file that has it. */
export interface ChangedRow {
  readonly before: Readonly<Record<string, unknown>> | undefined
  readonly after: Readonly<Record<string, unknown>> | undefined
}

/** Two syncs; `path` is the unpacked database of the earlier one where that is another file. */
export interface TwoSyncs {
  readonly path: string | undefined
  readonly before: string
  readonly after: string
}

const SCHEMA = 'before'

/** Times that rows are lined up anew before the rest is looked up row by row. */
const MOST_SHIFTS = 1000

/**
 * The rows of one table that two syncs do not have alike, found by their ids and bytes.
 *
 * Why: two million rows are compared by SQLite, so that only what differs comes into JavaScript.
 */
export function* changedRows(database: DatabaseSync, table: string, syncs: TwoSyncs): Generator<ChangedRow> {
  const schema = syncs.path === undefined ? 'main' : SCHEMA
  if (syncs.path !== undefined) database.prepare(`attach database ? as ${SCHEMA}`).run(syncs.path)
  try {
    const [here, there] = [tableColumns(database, table), tableColumns(database, table, schema)]
    const sides: Sides = {
      old: there.size === 0 ? undefined : `${schema}.${table}`,
      now: here.size === 0 ? undefined : `main.${table}`,
      isSame: `o.data is n.data${here.has('expansion') && there.has('expansion') ? ' and o.expansion is n.expansion' : ''}`,
    }
    const seen: SeenIds = { old: [], now: [], areAll: false }
    yield* newOrChanged(database, sides, syncs, seen)
    yield* seen.areAll ? goneBeside(seen, database, sides, syncs) : gone(database, sides, syncs)
  } finally {
    if (syncs.path !== undefined) database.exec(`detach database ${SCHEMA}`)
  }
}

/** A range of ids, without the last. */
type Range = readonly [from: number, to: number]

/** Ids of rows that a walk over the later sync came by. */
interface SeenIds {
  /** Of rows of the earlier sync that have a partner in the later one. */
  readonly old: Range[]
  /** Of rows of the later sync. */
  readonly now: Range[]
  /** Whether the walk went to the end, and there is a row for every id of its ranges. */
  areAll: boolean
}

/** The two tables, where there are any, and the condition that a row `o` of the one says what a row `n` of the other does. */
interface Sides {
  readonly old: string | undefined
  readonly now: string | undefined
  readonly isSame: string
}

function* newOrChanged(
  database: DatabaseSync,
  { old, now, isSame }: Sides,
  syncs: TwoSyncs,
  seen: SeenIds,
): Generator<ChangedRow> {
  if (now === undefined) return
  const selectOne = (source: string) => database.prepare(`select * from ${source} where id = ?`)
  const after = selectOne(now)
  if (old === undefined) {
    for (const { id } of database.prepare(`select id from ${now} where sync_id = ? order by id`).iterate(syncs.after))
      yield { after: after.get(Number(id)), before: undefined }
    return
  }
  const before = selectOne(old)
  for (const [id, oldId] of differing(database, { old, now, isSame }, syncs, seen))
    yield { after: after.get(id), before: oldId === undefined ? undefined : before.get(oldId) }
}

/**
 * Ids of rows of the later sync without an equal one in the earlier sync, and of the one that has their name there.
 *
 * Why: a sync writes its rows in the order of the one before, so that equal rows mostly stand equally far from each other. To walk both takes a third of the
 * time of looking each up by its name, which is what is done where the order differs too often.
 */
function* differing(
  database: DatabaseSync,
  { old, now, isSame }: { readonly [name in keyof Sides]: string },
  syncs: TwoSyncs,
  seen: SeenIds,
): Generator<readonly [id: number, oldId: number | undefined]> {
  // A row of another sync ends a run as well, so that a run is of this one alone.
  const nextUnlike = database.prepare(
    `select n.id, n.sync_id is ?2 as own from ${now} n
     left join ${old} o on o.id = n.id - ?3 and o.sync_id = ?1 and o.external_id = n.external_id and ${isSame}
     where n.id >= ?4 and (o.id is null or n.sync_id is not ?2) order by n.id limit 1`,
  )
  const nextOwn = database.prepare(`select id from ${now} where sync_id = ? and id >= ? order by id limit 1`)
  const partners = database.prepare(
    `select o.id, ${isSame} as same from ${now} n join ${old} o on o.external_id = n.external_id and o.sync_id = ?1
     where n.id = ?2`,
  )
  const { first, end, isDense } = idsOf(database, now)
  let from = first
  let shift = 0
  for (let shifts = 0; shifts < MOST_SHIFTS; shifts++) {
    const unlike = nextUnlike.get(syncs.before, syncs.after, shift, from)
    const id = unlike ? Number(unlike['id']) : end
    seen.old.push([from - shift, id - shift])
    seen.now.push([from, id])
    if (unlike?.['own'] === 0) {
      const own = nextOwn.get(syncs.after, id)
      from = own ? Number(own['id']) : end
      continue
    }
    if (!unlike) {
      seen.areAll = isDense
      return
    }
    const found = partners.all(syncs.before, id)
    if (found.length === 0) yield [id, undefined]
    for (const partner of found) {
      const oldId = Number(partner['id'])
      seen.old.push([oldId, oldId + 1])
      if (partner['same'] !== 1) yield [id, oldId]
      shift = id - oldId
    }
    seen.now.push([id, id + 1])
    from = id + 1
  }
  const rest = database.prepare(
    `select n.id, o.id as old from ${now} n left join ${old} o on o.external_id = n.external_id and o.sync_id = ?1
     where n.sync_id = ?2 and n.id >= ?3 and (o.id is null or not (${isSame})) order by n.id`,
  )
  for (const row of rest.iterate(syncs.before, syncs.after, from))
    yield [Number(row['id']), row['old'] === null ? undefined : Number(row['old'])]
}

/** The ids of a table, and whether there is a row for each of them, as in a file to which syncs only ever add. */
function idsOf(database: DatabaseSync, table: string) {
  const count = Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n'])
  const bounds = database.prepare(
    `select (select min(id) from ${table}) as first, (select max(id) from ${table}) as last`,
  )
  const found = bounds.get()
  const [first, end] = [Number(found?.['first']), Number(found?.['last']) + 1]
  return { first, end, isDense: end - first === count }
}

/**
 * Rows of the earlier sync that the walk did not come by.
 *
 * Why: to compare the names of two million rows once more takes half as long as the walk.
 */
function* goneBeside(
  seen: SeenIds,
  database: DatabaseSync,
  { old, now }: Sides,
  syncs: TwoSyncs,
): Generator<ChangedRow> {
  if (old === undefined) return
  const ranges = [...seen.old, ...(old === now ? seen.now : [])].sort(([a], [b]) => a - b)
  const between = database.prepare(`select * from ${old} where id >= ? and id < ? and sync_id = ? order by id`)
  let from = 0
  for (const [start, end] of [...ranges, AFTER_ALL]) {
    if (start > from)
      for (const before of between.iterate(from, start, syncs.before)) yield { before, after: undefined }
    from = Math.max(from, end)
  }
}

const AFTER_ALL: Range = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]

function* gone(database: DatabaseSync, { old, now }: Sides, syncs: TwoSyncs): Generator<ChangedRow> {
  if (old === undefined) return
  const names =
    now === undefined
      ? ''
      : `and external_id in (select external_id from ${old} where sync_id = ?1 except select external_id from ${now} where sync_id = ?2)`
  const select = database.prepare(`select * from ${old} where sync_id = ?1 and ?2 is not null ${names} order by id`)
  for (const before of select.iterate(syncs.before, syncs.after)) yield { before, after: undefined }
}
