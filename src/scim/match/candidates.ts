import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../model.ts'
import { valueAt } from '../plan/value-at.ts'
import { nameAttribute } from '../state/match-values.ts'

const INDEXED = new Map([
  ['externalId', 'external_id'],
  ['userName', 'name'],
  ['displayName', 'name'],
])

/** Gives a look-up of keys in the target's image by a path and a folded value. Paths without an index are read once, at the first look. */
export function candidateFinder(
  database: DatabaseSync,
  kind: Kind,
): (path: string, value: string) => readonly number[] {
  const others = new Map<string, ReadonlyMap<string, readonly number[]>>()
  const indexed = (column: string) =>
    database.prepare(`select key from main.target_object where kind = ? and ${column} = ? and attributes is not null`)
  const statements = { external_id: indexed('external_id'), name: indexed('name') } as Readonly<
    Record<string, ReturnType<typeof indexed>>
  >
  return (path, value) => {
    const column = path === nameAttribute(kind) || path === 'externalId' ? INDEXED.get(path) : undefined
    const statement = column === undefined ? undefined : statements[column]
    if (statement) return statement.all(kind, value).map(({ key }) => Number(key))
    const known = others.get(path) ?? indexOf(database, kind, path)
    others.set(path, known)
    return known.get(value) ?? []
  }
}

function indexOf(database: DatabaseSync, kind: Kind, path: string): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>()
  const rows = database.prepare(
    'select key, attributes from main.target_object where kind = ? and attributes is not null',
  )
  for (const { key, attributes } of rows.iterate(kind)) {
    const value = valueAt(JSON.parse(String(attributes)) as Record<string, unknown>, path)
    if (typeof value !== 'string') continue
    const folded = /^emails\b/i.test(path) ? value.toLowerCase() : value
    index.set(folded, [...(index.get(folded) ?? []), Number(key)])
  }
  return index
}
