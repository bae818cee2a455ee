import type { DatabaseSync } from 'node:sqlite'
import { tableColumns } from '../../sdk/snapshot/tables/base-file.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { Expansion, ExpansionState } from '../access/expansion.ts'
import { expansionState } from '../access/expansion-state.ts'
import { adminsOf } from '../diff/admins.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf } from '../model/grant-row.ts'
import type { NameEntry } from '../names/name-entry.ts'
import type { NameTable } from '../names/name-table.ts'

const SOON_MS = 30 * 86_400_000
const MOST_NAMED = 50

/** What takes a look at every row of a sync. */
export interface SyncTotals {
  readonly people: { readonly enabled: number; readonly disabled: number; readonly unknown: number }
  /** How many there are, and the first of them by name. */
  readonly admins: { readonly total: number; readonly people: readonly NameEntry[] }
  readonly grants: {
    readonly standing: number
    readonly expiring: number
    /** Of those that end, how many within 30 days after the sync, and before it. */
    readonly soon: number
    readonly over: number
  }
  readonly expansion: ExpansionState
}

/** Errors: `data-loss` for a damaged row. */
export function syncTotals(view: SyncView, names: NameTable, expansion: Expansion, database: DatabaseSync): SyncTotals {
  const admins = [...adminsOf(view, expansion).things]
    .flatMap((key) => names.rank(key) ?? [])
    .filter((rank) => names.kind(rank) === 'user')
    .sort((a, b) => a - b)
  return {
    people: peopleTotals(names),
    admins: { total: admins.length, people: admins.slice(0, MOST_NAMED).map((rank) => names.entry(rank)) },
    grants: grantTotals(view, database),
    expansion: expansionState(view, expansion),
  }
}

function peopleTotals(names: NameTable): SyncTotals['people'] {
  const people = { enabled: 0, disabled: 0, unknown: 0 }
  for (let rank = 0; rank < names.size; rank++) {
    if (names.kind(rank) !== 'user') continue
    const status = names.status(rank)
    people[status === 'deleted' ? 'disabled' : (status ?? 'unknown')]++
  }
  return people
}

/** Only rows whose bytes bear the name of the metadata are decoded. */
function grantTotals(view: SyncView, database: DatabaseSync): SyncTotals['grants'] {
  const { syncId, endedAt = '' } = view.sync
  if (tableColumns(database, 'v1_grants').size === 0) return { standing: 0, expiring: 0, soon: 0, over: 0 }
  const total = database.prepare('select count(*) as n from v1_grants where sync_id = ?').get(syncId)?.['n']
  const now = parseTimeText(endedAt)?.getTime() ?? 0
  const rows = database
    .prepare(
      `select * from v1_grants where sync_id = ? and instr(data, cast('c1.connector.v2.GrantMetadata' as blob)) > 0`,
    )
    .iterate(syncId)
  let [expiring, soon, over] = [0, 0, 0]
  for (const row of rows) {
    const end = endOf(view.grantIn(row))?.getTime()
    if (end === undefined) continue
    expiring++
    if (end <= now) over++
    else if (end - now <= SOON_MS) soon++
  }
  return { standing: Number(total ?? 0) - expiring, expiring, soon, over }
}
