import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../state/transaction.ts'

/**
 * Makes the tables that a plan is made with, from the links of the state:
 *
 * - `temp.tie` (source_key, target_key, origin, dormant, how): the links whose target is there, and the matches of this plan, whose `how` says by what.
 * - `temp.conflict` (key, code, detail): source objects that cannot be told apart, or whose object at the target cannot. They are left alone.
 *
 * Why apart from the links: a plan that nobody carries out ties nothing.
 */
export function startTies(database: DatabaseSync): void {
  database.exec(`
    drop table if exists temp.tie;
    drop table if exists temp.conflict;
    create temp table tie (source_key integer primary key, target_key integer not null unique, origin text not null,
      dormant integer not null, how text);
    create temp table conflict (key integer primary key, code text not null, detail text not null);
    insert into temp.tie select l.source_key, l.target_key, l.origin, l.dormant, null
      from main.link l join main.target_object t on t.key = l.target_key where t.attributes is not null`)
}

/** Makes the ties of this plan the links. What vanished at the target is linked no longer. */
export function keepTies(database: DatabaseSync, at: string): void {
  inTransaction(database, () => {
    database.exec(`
      delete from main.link where (source_key, target_key) not in (select source_key, target_key from temp.tie)`)
    database
      .prepare(
        `insert into main.link (source_key, target_key, origin, at, dormant)
      select source_key, target_key, origin, ?, dormant from temp.tie where true on conflict do nothing`,
      )
      .run(at)
  })
}
