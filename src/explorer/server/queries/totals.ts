import type { Totals } from '../answers.ts'
import type { OpenSync } from '../open-sync.ts'

/** What takes a look at every row: kept with the sync. */
export const totalsOf = (open: OpenSync): Totals =>
  open.kept('totals', () => ({
    sync: open.info,
    ...open.source.totals(() => ({ names: open.catalog.names, expansion: open.expansion })),
  }))
