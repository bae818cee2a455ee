import type { DatabaseSync } from 'node:sqlite'
import type { Guard } from './policy.ts'

/** Deletes and disables that wait for a person. */
export interface Staged {
  readonly users: number
  readonly groups: number
  /** Why they wait, as a sentence. */
  readonly reason: string
}

const TAKES_AWAY =
  "action in ('delete', 'disable') and state = 'planned' and source_key not in (select source_key from allowed_delete)"

/**
 * Holds back all deletes and disables where there are too many of them in one plan; those that a person has allowed do not count and are not held back.
 */
export function guardDeletes(database: DatabaseSync, guard: Guard): Staged | undefined {
  const users = count(database, `operation where kind = 'user' and ${TAKES_AWAY}`)
  const groups = count(database, `operation where kind = 'group' and ${TAKES_AWAY}`)
  const why = tooMany(database, guard, users, groups)
  if (why === undefined) return undefined
  database.exec(`update operation set state = 'staged' where ${TAKES_AWAY}`)
  return { users, groups, reason: why }
}

function tooMany(
  database: DatabaseSync,
  { count: most, share }: Guard,
  users: number,
  groups: number,
): string | undefined {
  const leaving = users + groups
  const linked = count(database, 'temp.tie')
  if (leaving <= most || leaving <= linked * share) return undefined
  return `${leaving} of ${linked} linked objects would be disabled or deleted; more than ${most} and more than ${Math.round(share * 100)} % wait`
}

const count = (database: DatabaseSync, from: string): number =>
  Number(database.prepare(`select count(*) as n from ${from}`).get()?.['n'])

/** Lets the deletes and disables that wait pass; gives how many there are. */
export function allowStaged(database: DatabaseSync): number {
  database.exec(
    "insert into allowed_delete select source_key, action from operation where state = 'staged' and source_key is not null on conflict do nothing",
  )
  return count(database, 'allowed_delete')
}
