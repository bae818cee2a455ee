import { parseTimeText } from '../../../sdk/snapshot/tables/time-text.ts'
import { expansionState } from '../../../readers/access/expansion-state.ts'
import { adminsOf } from '../../../readers/diff/admins.ts'
import { endOf } from '../../../readers/model/grant-row.ts'
import type { Ref, Totals } from '../answers.ts'
import type { OpenSync } from '../open-sync.ts'

const SOON_MS = 30 * 86_400_000
const MOST_NAMED = 50

/** What takes a look at every row: kept with the sync. */
export const totalsOf = (open: OpenSync): Totals => open.kept('totals', () => countTotals(open))

function countTotals(open: OpenSync): Totals {
  const { catalog, view, info } = open
  const count = (status: string | undefined): number =>
    catalog.page({ kind: 'user', type: undefined, status, q: undefined }, 0, 0).total
  const [all, enabled, disabled, deleted] = [count(undefined), count('enabled'), count('disabled'), count('deleted')]
  const admins = [...adminsOf(view).things]
    .flatMap((key) => catalog.ref(key) ?? [])
    .filter(({ kind }) => kind === 'user')
    .sort((a, b) => catalog.rank(a.key) - catalog.rank(b.key))
  return {
    sync: info,
    people: { enabled, disabled: disabled + deleted, unknown: all - enabled - disabled - deleted },
    admins: { total: admins.length, people: admins.slice(0, MOST_NAMED) satisfies readonly Ref[] },
    grants: grantTotals(open),
    expansion: expansionState(view, open.expansion),
  }
}

/** Only rows whose bytes bear the name of the metadata are decoded. */
function grantTotals({ database, view }: OpenSync): Totals['grants'] {
  const { syncId, endedAt = '' } = view.sync
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
