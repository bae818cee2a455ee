import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { nearest } from '../../sdk/text/edit-distance.ts'

/**
 * The sync that is read: the one of the id, else the one that ended last, of whatever type, as the official `baton` shows it.
 *
 * Errors: `not-found` for an id that the file does not hold; `failed-precondition` where the sync, or every sync, is unfinished.
 */
export function shownSync({ syncs, shown }: Snapshot, file: string, wanted?: string): StoredSync {
  if (wanted === undefined) {
    if (shown) return shown
    throw new ConnectorError('failed-precondition', `read ${file}`, whyNone(syncs))
  }
  const found = syncs.find(({ syncId }) => syncId === wanted)
  if (!found) throw unknownSync(syncs, file, wanted)
  if (found.endedAt !== undefined) return found
  throw new ConnectorError('failed-precondition', `read ${file}`, `the sync ${wanted} is unfinished; ${INCOMPLETE}`)
}

const INCOMPLETE = 'people and access may be missing in it; let the sync end first'

const whyNone = (syncs: readonly StoredSync[]): string =>
  syncs.length === 0
    ? 'the file holds no sync; sync first'
    : `the file holds ${syncs.length === 1 ? 'an unfinished sync' : 'unfinished syncs'} only; ${INCOMPLETE}`

function unknownSync(syncs: readonly StoredSync[], file: string, wanted: string): ConnectorError {
  const near = nearest(
    wanted,
    syncs.map(({ syncId }) => syncId),
    3,
  )
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '; see list syncs'
  return new ConnectorError('not-found', `read ${file}`, `there is no sync ${JSON.stringify(wanted)}${hint}`)
}

/** What a reader has to know of the choice: that something is hidden, or newer and unfinished. */
export function notesOnSync({ syncs, latest }: Snapshot, chosen: StoredSync): readonly string[] {
  const hidden =
    chosen.kind !== 'full' && latest
      ? [
          `the sync ${chosen.syncId} is of the type ${chosen.kind} and may hold a part of the tenant only; it hides the full sync ${latest.syncId}, which --sync ${latest.syncId} shows`,
        ]
      : chosen.kind !== 'full'
        ? [`the sync ${chosen.syncId} is of the type ${chosen.kind} and may hold a part of the tenant only`]
        : []
  const newer = syncs.filter(({ endedAt, startedAt }) => endedAt === undefined && startedAt > chosen.startedAt)
  return [...hidden, ...newer.map(({ syncId }) => `the newer sync ${syncId} is unfinished and not shown`)]
}
