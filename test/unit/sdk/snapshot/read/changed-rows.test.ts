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

/** What differs, as `changedRows` tells it: of new and changed rows in their new order, then of those that are gone. */
function changes(before: Rows, after: Rows, place: 'one file' | 'two files'): readonly string[] {
  using database = new DatabaseSync(':memory:')
  database.exec(TABLE)
  let path: string | undefined
  if (place === 'one file') write(database, 'old', before)
  else {
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
  write(database, 'new', after)
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
  it.each(['one file', 'two files'] as const)('tells what differs, however rows are ordered, in %s', (place) => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        expect(changes(before, after, place)).toEqual(expected(before, after))
      }),
      { numRuns: 60 },
    )
  })

  it('tells the same of thousands of rows whose order was turned round', () => {
    const before: Rows = Array.from({ length: 3000 }, (_, i) => [`n${i}`, 'a'])
    const after: Rows = before
      .toReversed()
      .filter((_, i) => i !== 1500)
      .map(([name], i) => [name, i > 900 ? 'b' : 'a'])
    expect(changes(before, after, 'one file')).toEqual(expected(before, after))
  })

  it('tells what was put in and taken out between rows that stayed', () => {
    const before: Rows = Array.from({ length: 200 }, (_, i) => [`n${i}`, 'a'])
    const after: Rows = before.flatMap((row, i) =>
      i % 50 === 7 ? [] : i % 50 === 9 ? [row, [`new ${i}`, 'a'] as const] : [row],
    )
    expect(changes(before, after, 'two files')).toEqual(expected(before, after))
  })
})
