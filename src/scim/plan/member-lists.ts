import type { DatabaseSync } from 'node:sqlite'
import type { Operation } from '../state/operations.ts'

/**
 * Source ids of the members of an operation, sorted, as a JSON array; `target:` and the target's id for who has none.
 *
 * Shape: the pairs are in `temp.add_member` and `temp.drop_member`.
 */
export function memberLists(database: DatabaseSync): (operation: Operation) => string {
  let idsOf: ((keys: readonly number[]) => string) | undefined
  const added = database.prepare(
    'select json_group_array(member_key) as found from temp.add_member where group_key = ?',
  )
  const removed = database.prepare(`select json_group_array(id order by id) as found from (
    select coalesce(o.id, 'target:' || x.id) as id from temp.drop_member m
    join target_object x on x.key = m.member_key left join temp.tie t on t.target_key = m.member_key
    left join source_object o on o.key = t.source_key where m.source_key = ?)`)
  return ({ action, source }) => {
    const isAdded = action === 'add-members'
    const { found } = (isAdded ? added : removed).get(source ?? null) ?? {}
    const text = typeof found === 'string' ? found : '[]'
    return isAdded ? (idsOf ??= sortedIds(database))(JSON.parse(text) as number[]) : text
  }
}

/**
 * From keys of source objects to their ids, sorted, as JSON.
 *
 * Why: a million ids, each looked up and sorted as a text, cost three times as much as numbers.
 */
function sortedIds(database: DatabaseSync): (keys: readonly number[]) => string {
  const most = Number(database.prepare('select max(key) as n from source_object').get()?.['n'] ?? 0)
  const texts: string[] = []
  const places = new Int32Array(most + 1)
  const rows = database.prepare('select key, id from source_object order by id')
  rows.setReturnArrays(true)
  for (const row of rows.iterate()) {
    const [key, id] = row as unknown as [number, string]
    places[key] = texts.length
    texts.push(JSON.stringify(id))
  }
  return (keys) => {
    const sorted = Int32Array.from(keys, (key) => places[key] ?? 0).sort()
    return `[${Array.from(sorted, (place) => texts[place]).join(',')}]`
  }
}
