import type { StoredSync } from './base-file.ts'
import { updatedFromOf } from './finished-token.ts'
import { type RetentionPolicy, syncsToDrop } from './retention.ts'
import { formatTimeText } from './time-text.ts'
import type { WorkingSync } from '../write/working-file.ts'

/** The syncs of a snapshot that stay when `sync` is added to it; retention is applied only when it is finished, which `endedAt` says. */
export function keptSyncs(
  stored: readonly StoredSync[],
  sync: WorkingSync,
  endedAt: Date | undefined,
  policy: RetentionPolicy,
): readonly StoredSync[] {
  const others = stored.filter(
    ({ syncId, checkpoint }) => syncId !== sync.id && !isSuperseded(checkpoint, sync.updatedFrom, policy),
  )
  if (!endedAt) return others
  const current = {
    syncId: sync.id,
    kind: sync.kind,
    startedAt: formatTimeText(sync.startedAt),
    endedAt: formatTimeText(endedAt),
    linkedSyncId: '',
  }
  const dropped = syncsToDrop([...others, current], policy)
  return others.filter(({ syncId }) => !dropped.has(syncId))
}

/** An earlier update of the same sync is taken in by the new one: both together would push the sync itself out of the file. */
const isSuperseded = (checkpoint: string, updatedFrom: string | undefined, { skip }: RetentionPolicy): boolean =>
  updatedFrom !== undefined && !skip && updatedFromOf(checkpoint) === updatedFrom
