import type { DatabaseSync } from 'node:sqlite'
import { SENT_UNVERIFIED } from '../act/hidden-members.ts'
import type { CycleCounts } from '../state/cycles.ts'
import type { Action } from '../state/operations.ts'
import type { Engine } from './engine.ts'

/**
 * What the operations of this cycle come to: `planned` counts what is to be done, `done` what the target was seen to have.
 *
 * Why: a cycle that breaks off leaves operations that were not sent.
 */
export function countCycle(
  { database, operations, target }: Engine,
  counted: 'planned' | 'done',
  requestsBefore: number,
): CycleCounts {
  const tally = operations.tally()
  const objects = (...actions: readonly Action[]): number =>
    sum(tally.filter(({ action, state }) => actions.includes(action) && state === counted).map(({ count }) => count))
  const members = (wanted: readonly Action[], verified = true): number =>
    sum(
      tally
        .filter(({ action, state, code }) => {
          const isVerified = code !== SENT_UNVERIFIED.code
          return wanted.includes(action) && state === counted && isVerified === verified
        })
        .map((row) => row.members),
    )
  const states = (wanted: 'failed' | 'staged' | 'held'): number =>
    sum(tally.filter(({ state }) => state === wanted).map(({ count }) => count))
  const number = (from: string): number => Number(database.prepare(`select count(*) as n from ${from}`).get()?.['n'])
  const skipped = database
    .prepare(
      "select coalesce(code, 'Disabled') as code, count(*) as n from desired where verdict <> 'in' group by 1 order by 2 desc",
    )
    .all()
  return {
    created: objects('create'),
    updated: objects('update'),
    enabled: objects('enable'),
    disabled: objects('disable'),
    deleted: objects('delete'),
    membersAdded: members(['add-members']),
    membersRemoved: members(['remove-members']),
    membersUnverified: members(['add-members', 'remove-members'], false),
    failed: states('failed'),
    warnings: number("operation where state = 'done' and code is not null"),
    staged: states('staged'),
    held: states('held'),
    conflicts: number('temp.conflict'),
    unresolvedMembers: unresolvedMembers(database),
    entitled: number("desired where verdict = 'in'"),
    skipped: Object.fromEntries(skipped.map(({ code, n }) => [String(code), Number(n)])),
    requests: target.traffic().requests - requestsBefore,
  }
}

/**
 * Memberships, in groups in scope, of users of the source who are not at the target and are not about to be created there.
 *
 * Why: a million memberships are looked through only where there is somebody to find, and then each is looked up once, in a table of numbers.
 */
function unresolvedMembers(database: DatabaseSync): number {
  database.exec(`
    drop table if exists temp.unresolved;
    create temp table unresolved (key integer primary key);
    insert into temp.unresolved
      select key from main.source_object where kind = 'user' and key not in (select source_key from temp.tie)
        and key not in (select source_key from main.operation where action = 'create' and state = 'planned' and source_key is not null)`)
  const count = (sql: string): number => Number(database.prepare(sql).get()?.['n'])
  if (count('select count(*) as n from (select 1 from temp.unresolved limit 1)') === 0) return 0
  return count(`select count(*) as n from desired d cross join temp.membership m on m.group_key = d.key
    cross join temp.unresolved u on u.key = m.member_key where d.kind = 'group' and d.verdict = 'in'`)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
