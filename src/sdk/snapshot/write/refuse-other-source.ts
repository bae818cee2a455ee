import { ConnectorError } from '../../ground/errors.ts'
import type { StoredSync } from '../tables/base-file.ts'
import { sourceOf } from '../tables/finished-token.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'

/**
 * Errors: `failed-precondition` where the sync that readers show is known to be of another source than this run.
 *
 * Why: syncs of two networks in one file push each other out, and readers would show now one and now the other.
 */
export function refuseOtherSource(syncs: readonly StoredSync[], source: string | undefined, file: string): void {
  const shown = latestFinishedFull(syncs)
  const before = shown && sourceOf(shown.checkpoint)
  if (source === undefined || before === undefined || before === source) return
  throw new ConnectorError(
    'failed-precondition',
    'open snapshot',
    `${file} holds a sync of ${before}, and this run is of ${source}; choose another --file for ${source}, or move this one away first`,
  )
}
