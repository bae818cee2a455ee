import type { DatabaseSync } from 'node:sqlite'
import type { Policy } from './policy.ts'

/** How assignments stand in the table `desired`. */
export const ASSIGNED = { no: 0, yes: 1, 'default-access': 2 } as const

/**
 * Makes `temp.membership` (group_key, member_key): who is a member of what in the sense of the configuration. Groups in groups are among them
 * unless they are flattened.
 */
export function tellMemberships(database: DatabaseSync, policy: Policy): void {
  database.exec('drop view if exists temp.membership; drop table if exists temp.flattened')
  if (policy.nestedGroups === 'direct') {
    database.exec('create temp view membership as select group_key, member_key from main.source_member')
    return
  }
  database.exec(`
    create temp table flattened (group_key integer, member_key integer, primary key (group_key, member_key)) without rowid;
    insert or ignore into temp.flattened
      with recursive inside (top, sub) as (
        select key, key from main.source_object where kind = 'group'
        union
        select i.top, m.member_key from inside i join main.source_member m on m.group_key = i.sub
          join main.source_object o on o.key = m.member_key and o.kind = 'group')
      select i.top, m.member_key from inside i join main.source_member m on m.group_key = i.sub order by 1, 2;
    create temp view membership as select group_key, member_key from temp.flattened`)
}

/**
 * Fills `temp.assigned` (key, how): who is assigned directly, or as a member of an assigned group. Empty where assignments do not matter.
 * `temp.membership` is there.
 */
export function tellAssigned(database: DatabaseSync, policy: Policy): void {
  database.exec('drop table if exists temp.assigned; create temp table assigned (key integer primary key, how text)')
  if (policy.scope === 'all') return
  database.exec(`
    insert into temp.assigned select key, iif(default_access = 1, 'default-access', 'yes') from main.source_assignment;
    insert into temp.assigned
      select m.member_key, iif(min(a.default_access) = 1, 'default-access', 'yes')
      from main.source_assignment a join temp.membership m on m.group_key = a.key
      join main.source_object o on o.key = m.member_key and o.kind = 'user' where true group by m.member_key
      on conflict do update set how = iif(how = 'yes', 'yes', excluded.how)`)
}

/** Marks objects as changed whose assignment is another than when they were judged. */
export function markReassigned(database: DatabaseSync): void {
  database.exec(`
    update main.source_object set changed = 1 where key in (
      select d.key from main.desired d left join temp.assigned a on a.key = d.key
      where d.assigned is not null and d.assigned <>
        case a.how when 'yes' then ${ASSIGNED.yes} when 'default-access' then ${ASSIGNED['default-access']} else ${ASSIGNED.no} end)`)
}
