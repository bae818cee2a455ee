import type { StoredSync } from '../../../sdk/snapshot/tables/base-file.ts'
import type { Snapshot } from '../../../sdk/snapshot/read/open-snapshot.ts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'

/**
 * The sync that readers show: the finished full one that ended last.
 *
 * Errors: `failed-precondition` where there is none. An unfinished or a partial one lacks people who are still there.
 */
export function chosenSync({ syncs, latest }: Snapshot, file: string): StoredSync {
  if (latest) return latest
  throw new ConnectorError('failed-precondition', `read ${file}`, `${whyNone(syncs)}; sync it in full first`)
}

function whyNone(syncs: readonly StoredSync[]): string {
  if (syncs.length === 0) return 'the file holds no sync'
  return syncs.every(({ endedAt }) => endedAt === undefined)
    ? 'the file holds an unfinished sync only, in which people may be missing'
    : 'the file holds no finished full sync, and others do not tell who has left'
}

/** What there is to say of the choice. */
export function notesOnChoice({ syncs }: Snapshot, chosen: StoredSync, file: string): readonly string[] {
  const newer = syncs.filter(({ syncId, startedAt }) => syncId !== chosen.syncId && startedAt > chosen.startedAt)
  return [
    `${file}: read from the sync ${chosen.syncId}, which ended ${chosen.endedAt ?? ''}`,
    ...newer.map(
      ({ syncId, kind, endedAt }) =>
        `${file}: the newer sync ${syncId} is not read, because it is ${endedAt === undefined ? 'unfinished' : `of the type ${kind}`}`,
    ),
  ]
}
