import type { Checkpoint, Listing } from './checkpoint.ts'
import { FULL_PAGE } from './page-size.ts'

/**
 * Pages still to be read in a collection whose listings have all told their size, repairs apart.
 *
 * Why: how many nested lists overflow is known of the rows read so far only; the others are taken to be like them.
 */
export function remainingRequests({ actions, listings }: Checkpoint): number {
  // What is planned holds the next page of every listing.
  return Object.values(listings).reduce((sum, listing) => sum + unplanned(listing), actions.length)
}

function unplanned({ total = 0, received, nested = 0 }: Listing): number {
  const rows = Math.max(0, total - received)
  const pages = Math.max(0, Math.ceil(rows / FULL_PAGE) - 1)
  return pages + (received === 0 ? 0 : Math.round((nested * rows) / received))
}
