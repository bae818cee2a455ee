import { typeOf, type Checkpoint, type Listing } from './checkpoint.ts'
import { FULL_PAGE } from './page-size.ts'

/**
 * Requests for the pages still to be read in a collection whose listings have all told their size, repairs apart. `together` says whether a request
 * carries a page of every listing.
 *
 * Why: how many nested lists overflow is known of the rows read so far only; the others are taken to be like them.
 */
export function remainingRequests({ actions, listings }: Checkpoint, together = false): number {
  const all = Object.values(listings)
  const nested = all.reduce((sum, listing) => sum + nestedLeft(listing), 0)
  // What is planned holds the next page of every listing.
  if (!together) return all.reduce((sum, listing) => sum + pagesBehind(listing), actions.length + nested)
  // One page of each type travels with the others, and a listing that tells no total is taken to end with it.
  const types = new Set(actions.map(typeOf)).size
  const longest = all.reduce((most, listing) => Math.max(most, pagesBehind(listing)), 0)
  return actions.length - types + Math.min(types, 1) + longest + nested
}

const rowsLeft = ({ total = 0, received }: Listing): number => Math.max(0, total - received)

/** Pages behind the next one. */
const pagesBehind = (listing: Listing): number => Math.max(0, Math.ceil(rowsLeft(listing) / FULL_PAGE) - 1)

const nestedLeft = (listing: Listing): number =>
  listing.received === 0 ? 0 : Math.round(((listing.nested ?? 0) * rowsLeft(listing)) / listing.received)
