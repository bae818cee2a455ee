import type { SyncView } from '../file/sync-view.ts'
import type { Expansion, ExpansionState } from './expansion.ts'

/** Consequences that are looked for; a file is expanded as a whole or not at all. */
const LOOKED_FOR = 100

/**
 * Whether the grants that follow from others stand in the file.
 *
 * Errors: `data-loss` for a damaged row.
 * Why: no column says it. baton-sdk sets `supports_diff` also where it was told not to expand, and a connector may name sources itself.
 */
export function expansionState(view: SyncView, expansion: Expansion): ExpansionState {
  let looked = 0
  for (const { from, to, principal } of expansion.consequences()) {
    if (![...view.grantsFor(to, principal)].some(({ sources }) => sources.has(from))) return 'not expanded'
    if (++looked === LOOKED_FOR) break
  }
  return looked === 0 ? 'nothing to expand' : 'expanded'
}

/** What a reader has to know before it takes access for effective. */
export const SAID_OF_STATE: Readonly<Record<ExpansionState, string>> = {
  expanded: 'the file is expanded: this is effective access',
  'not expanded':
    'the file is not expanded; what follows from groups was worked out here, so that this is effective access',
  'nothing to expand': 'nothing in the file passes access on: this is effective access',
}
