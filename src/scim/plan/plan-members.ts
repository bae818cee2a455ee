import type { DatabaseSync } from 'node:sqlite'
import type { Action } from '../state/operations.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Writes down which members have to be added and removed: pairs in `temp.add_member` (source keys) and `temp.drop_member` (target keys, and the
 * group's source key), and one operation for each group and direction.
 *
 * The operations on objects are there. Only linked members are removed, and none if something was not read in full. Whoever
 * waits for a decision keeps the memberships until then. With `only`, it is restricted to these groups.
 */
export function planMembers(input: PlanInput): void {
  const { database, sourceComplete, targetComplete, policy } = input
  database.exec(TABLES)
  if (policy.mode === 'users') return
  database.exec(standings(policy.onLeave === 'keep'))
  if (input.only) fillKeys(database, 'focus', input.only)
  const focus = input.only ? 'and g.key in (select key from temp.focus)' : ''
  database.exec(`
    insert into temp.joinable select key, target_key from temp.standing g
      where kind = 'group' and standing = 'member' and (target_key is null or members_known > 0) ${focus};
    insert into temp.joining select key, target_key from temp.standing where kind = 'user' and standing = 'member';
    insert into temp.add_member
      select m.group_key, m.member_key from temp.joinable g
        cross join temp.membership m on m.group_key = g.key
        cross join temp.joining u on u.key = m.member_key
      where g.target_key is null or u.target_key is null
        or not exists (select 1 from main.target_member t where t.group_key = g.target_key and t.member_key = u.target_key);
    insert into temp.drop_member
      select t.group_key, t.member_key, g.key from temp.standing g
        join main.target_member t on t.group_key = g.target_key
        join temp.tie ut on ut.target_key = t.member_key
        join temp.standing u on u.key = ut.source_key
      where g.kind = 'group' and g.standing = 'member' and g.members_known > 0 ${focus}
        and (u.standing = 'left' or u.standing = 'member' and not exists (
          select 1 from temp.membership m where m.group_key = g.key and m.member_key = u.key))`)
  if (input.repair === true)
    database.exec(`
      insert or ignore into temp.drop_member
        select t.group_key, t.member_key, g.key from temp.standing g
          join main.target_member t on t.group_key = g.target_key
          join main.target_object o on o.key = t.member_key and o.attributes is not null
        where g.kind = 'group' and g.standing = 'member' and g.members_known > 0 ${focus}
          and t.member_key not in (select target_key from temp.tie)`)
  if (input.onlyMembers) {
    fillKeys(database, 'focus_member', input.onlyMembers)
    database.exec(`
      delete from temp.add_member where member_key not in (select key from temp.focus_member);
      delete from temp.drop_member where member_key not in (
        select t.target_key from temp.tie t join temp.focus_member f on f.key = t.source_key)`)
  }
  const isComplete = sourceComplete && targetComplete.user && targetComplete.group
  writeOperations(input, 'add-members', 'add_member', 'group_key', 'planned')
  writeOperations(input, 'remove-members', 'drop_member', 'source_key', isComplete ? 'planned' : 'held')
  if (!isComplete) database.exec('delete from temp.drop_member')
}

const TABLES = `
drop table if exists temp.add_member;
drop table if exists temp.drop_member;
drop table if exists temp.focus;
drop table if exists temp.focus_member;
create temp table add_member (group_key integer, member_key integer, primary key (group_key, member_key)) without rowid;
create temp table drop_member (group_key integer, member_key integer, source_key integer, primary key (group_key, member_key)) without rowid;
-- Narrow tables: each of a million memberships is looked up in both.
drop table if exists temp.joinable;
drop table if exists temp.joining;
create temp table joinable (key integer primary key, target_key integer);
create temp table joining (key integer primary key, target_key integer);
drop table if exists temp.standing;
create temp table standing (key integer primary key, kind text, label text, target_key integer, members_known integer, standing text);
`

/**
 * Where each source object stands towards memberships: `member` takes part, `left` is to lose what it has, `frozen` keeps what it has and gets
 * nothing: it is in a conflict, cannot be mapped, or waits for a decision.
 */
const standings = (keep: boolean): string => `
insert into temp.standing
  select d.key, d.kind, d.label, t.target_key, coalesce(o.members, 0),
    case
      when d.key in (select key from temp.conflict) or d.verdict = 'skip' then 'frozen'
      when d.key in (select source_key from main.operation where state in ('staged', 'held')
        and action in ('create', 'disable', 'delete')) then 'frozen'
      when d.verdict = 'in' then 'member'
      else '${keep ? 'frozen' : 'left'}'
    end
  from main.desired d
  left join temp.tie t on t.source_key = d.key
  left join main.target_object o on o.key = t.target_key
  where t.target_key is not null or d.verdict = 'in'
    and d.key in (select source_key from main.operation where action = 'create' and state in ('planned', 'sent', 'answered', 'done'))`

function fillKeys(database: DatabaseSync, table: 'focus' | 'focus_member', keys: Iterable<number>): void {
  database.exec(`create temp table ${table} (key integer primary key)`)
  const insert = database.prepare(`insert or ignore into temp.${table} values (?)`)
  for (const key of keys) insert.run(key)
}

/** Members whose names an operation holds, for people. */
const MOST_NAMES = 100

function writeOperations(
  { database, add }: PlanInput,
  action: Action,
  table: 'add_member' | 'drop_member',
  group: 'group_key' | 'source_key',
  state: 'planned' | 'held',
): void {
  const rows = database.prepare(`
    select d.key, d.label, t.target_key, count(*) as members from temp.${table} m
      join main.desired d on d.key = m.${group} left join temp.tie t on t.source_key = d.key group by d.key order by d.key`)
  const reason =
    action === 'add-members'
      ? 'members at the source, not at the target'
      : `members at the target, not at the source${state === 'held' ? ', but not everything was read in full' : ''}`
  const named =
    action === 'add-members'
      ? 'select s.label from temp.add_member m join temp.standing s on s.key = m.member_key'
      : `select coalesce(d.label, o.name, o.id) as label from temp.drop_member m join main.target_object o on o.key = m.member_key
          left join temp.tie t on t.target_key = m.member_key left join main.desired d on d.key = t.source_key`
  const names = database.prepare(
    `select json_group_array(label) as names from (${named} where m.${group} = ? order by m.member_key limit ${MOST_NAMES})`,
  )
  const end = action === 'add-members' ? 'after' : 'before'
  for (const { key, label, target_key: target, members } of rows.all()) {
    const labels = JSON.parse(String(names.get(key ?? null)?.['names'] ?? '[]')) as string[]
    add({
      kind: 'group',
      action,
      source: Number(key),
      target: target === null ? undefined : Number(target),
      name: String(label),
      changes: labels.map((name) => ({ path: 'members', [end]: name })),
      members: Number(members),
      reason,
      state,
    })
  }
}
