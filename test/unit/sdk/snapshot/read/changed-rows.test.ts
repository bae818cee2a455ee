import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { changedRows } from '../../../../../src/sdk/snapshot/read/changed-rows.ts'

/** Names with what their rows say, in the order in which they are written. */
type Rows = readonly (readonly [name: string, data: string])[]

const TABLE = `create table v1_things (id integer primary key, external_id text not null, data blob, expansion blob, sync_id text not null)`

function write(database: DatabaseSync, syncId: string, rows: Rows): void {
  const insert = database.prepare(`insert into v1_things (external_id, data, expansion, sync_id) values (?, ?, ?, ?)`)
  database.exec('pragma synchronous = off; begin')
  for (const [name, data] of rows) insert.run(name, Buffer.from(data), data === 'c' ? Buffer.from('x') : null, syncId)
  database.exec('commit')
}

const PLACES = ['one file', 'one file of many syncs', 'one file with gaps', 'two files'] as const
type Place = (typeof PLACES)[number]

/** What differs, as `changedRows` tells it: of new and changed rows in their new order, then of those that are gone. */
function changes(before: Rows, after: Rows, place: Place): readonly string[] {
  using database = new DatabaseSync(':memory:')
  database.exec(TABLE)
  let path: string | undefined
  if (place === 'one file') write(database, 'old', before)
  else if (place === 'one file of many syncs') {
    write(database, 'other', after)
    write(database, 'old', before.slice(0, 3))
    write(database, 'other too', before)
    write(database, 'old', before.slice(3))
    write(database, 'new', after.slice(0, 2))
    write(database, 'another', after)
    write(database, 'new', after.slice(2))
  } else if (place === 'one file with gaps') {
    write(database, 'old', before)
    // Rows that were deleted leave gaps, beside which those of the earlier sync still stand.
    const gone = before.filter(([name]) => after.every(([stays]) => stays !== name))
    write(database, 'new', [...after.slice(0, 1), ...gone, ...after.slice(1)])
    const remove = database.prepare(`delete from v1_things where sync_id = 'new' and external_id = ?`)
    for (const [name] of gone) remove.run(name)
  } else {
    const folder = mkdtempSync(join(tmpdir(), 'changed-rows-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    path = join(folder, 'old.db')
    using other = new DatabaseSync(path)
    other.exec(TABLE)
    // The rows of another sync stand before and behind.
    write(other, 'other', after)
    write(other, 'old', before)
    write(other, 'other', before)
  }
  if (!place.startsWith('one file ')) write(database, 'new', after)
  const text = (row: Readonly<Record<string, unknown>> | undefined): string =>
    row ? `${String(row['external_id'])}=${Buffer.from(row['data'] as Uint8Array).toString()}` : '-'
  return Array.from(
    changedRows(database, 'v1_things', { path, before: 'old', after: 'new' }),
    (row) => `${text(row.before)} ${text(row.after)}`,
  )
}

/** The same by comparing names. */
function expected(before: Rows, after: Rows): readonly string[] {
  const [old, now] = [new Map(before), new Map(after)]
  return [
    ...after.flatMap(([name, data]) => {
      const was = old.get(name)
      return was === data ? [] : [`${was === undefined ? '-' : `${name}=${was}`} ${name}=${data}`]
    }),
    ...before.flatMap(([name, data]) => (now.has(name) ? [] : [`${name}=${data} -`])),
  ]
}

const rows = fc.uniqueArray(fc.tuple(fc.nat(12).map(String), fc.constantFrom('a', 'b', 'c')), {
  selector: ([name]) => name,
})

describe('changedRows', () => {
  it.each(PLACES)('tells what differs, however rows are ordered, in %s', (place) => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        expect(changes(before, after, place)).toEqual(expected(before, after))
      }),
      { numRuns: 60 },
    )
  })

  it('tells what is gone where its rows were deleted from the later sync', () => {
    const before: Rows = Array.from({ length: 9 }, (_, i) => [`n${i}`, 'a'])
    const after = before.filter((_, i) => i === 0 || i === 8)
    expect(changes(before, after, 'one file with gaps')).toEqual(expected(before, after))
  })

  it('tells the same of thousands of rows whose order was turned round', () => {
    const before: Rows = Array.from({ length: 3000 }, (_, i) => [`n${i}`, 'a'])
    const after: Rows = before
      .toReversed()
      .filter((_, i) => i !== 1500)
      .map(([name], i) => [name, i > 900 ? 'b' : 'a'])
    expect(changes(before, after, 'one file')).toEqual(expected(before, after))
  })

  it.each(PLACES)('tells what was put in and taken out between rows that stayed, in %s', (place) => {
    const before: Rows = Array.from({ length: 200 }, (_, i) => [`n${i}`, 'a'])
    const after: Rows = before.flatMap((row, i) =>
      i % 50 === 7 ? [] : i % 50 === 9 ? [row, [`new ${i}`, 'a'] as const] : [row],
    )
    expect(changes(before, after, place)).toEqual(expected(before, after))
  })
})
