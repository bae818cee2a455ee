import { latestFinishedFull } from '../../sdk/snapshot/tables/latest-sync.ts'
import { endOfSync } from './open-files.ts'
import type { SyncView } from './sync-view.ts'

/** The finished full syncs of a file up to the one that is looked at, and that one of whatever type; the newest first. */
export function fullSyncsUpTo({ snapshot, sync }: SyncView): readonly { readonly id: string; readonly at: string }[] {
  return snapshot.syncs
    .filter((each) => each.syncId === sync.syncId || latestFinishedFull([each]) !== undefined)
    .map((each) => ({ id: each.syncId, at: endOfSync(each) }))
    .filter(({ at }) => at <= endOfSync(sync))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
}
