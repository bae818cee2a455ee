import type { DatabaseSync } from 'node:sqlite'

/** Moves staged memberships to `temp.pair`, each once and in order, so that they can be compared with an image by one walk along both. */
export function sortPairs(database: DatabaseSync, staged: 'read_member' | 'list_member'): void {
  database.exec(`
    drop table if exists temp.pair;
    create temp table pair (group_key integer, member_key integer, primary key (group_key, member_key)) without rowid;
    insert or ignore into temp.pair select group_key, member_key from temp.${staged} order by 1, 2;
    delete from temp.${staged}`)
}
