import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import type { Logger } from '../../ground/ports.ts'
import type { SyncKind } from '../../sync/store.ts'
import type { StoredSync } from '../tables/base-file.ts'
import type { BaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from '../file/database-file.ts'
import { unfinishedSyncs } from '../tables/latest-sync.ts'
import { restoreSync } from './restore-sync.ts'
import type { SnapshotPaths } from '../file/snapshot-paths.ts'
import { storageCall } from '../file/storage-error.ts'
import { parseTimeText } from '../tables/time-text.ts'
import { createWorkingFile, openWorkingFile, type WorkingSync } from './working-file.ts'

export interface ResumeRequest {
  readonly kind: SyncKind
  readonly canResume: (checkpoint: string) => boolean
  readonly now: Date
  readonly base: BaseSnapshot
  readonly paths: SnapshotPaths
  readonly log: Logger
}

export interface OpenSync {
  readonly database: DatabaseSync
  readonly sync: WorkingSync
}

/** An unfinished sync that began longer ago than this is never gone on with, nor one that says it begins so far ahead: it was begun by a wrong clock. Source: baton-sdk `pkg/dotc1z/sync_runs.go`. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000

/** The unfinished sync to go on with: the one in the working database, else the one in the snapshot; `undefined` where neither will do. */
export function resumeSync(request: ResumeRequest): OpenSync | undefined {
  const open = openWorkingFile(request.paths.work)
  if (open === 'damaged') putAside(request.paths.work, request.log)
  else if (open) {
    if (usable(open.sync, request)) return resumed(open, request.log)
    request.log.info('unfinished sync discarded', { syncId: open.sync.id, kind: open.sync.kind })
    open.database.close()
  }
  removeDatabase(request.paths.work)
  return restore(request)
}

/** Keeps a damaged file for whoever looks for the cause; the next damaged file replaces it. */
function putAside(work: string, log: Logger): void {
  const aside = `${work}.damaged`
  storageCall(`put ${work} aside`, dirname(work), () => {
    renameSync(work, aside)
    removeDatabase(work)
  })
  log.warn('the working file of an unfinished sync is damaged; it was put aside, and the sync starts over', {
    file: work,
    aside,
  })
}

function restore(request: ResumeRequest): OpenSync | undefined {
  const { base, paths, log } = request
  const sync = unfinishedSyncs(base.syncs, request.kind)
    .flatMap((stored) => workingSync(stored, request.kind))
    .find((found) => usable(found, request))
  if (!sync || base.path === undefined) return undefined
  const database = createWorkingFile(paths.work, sync)
  if (restoreRows(database, base.path, sync.id, paths)) return resumed({ database, sync }, log)
  log.warn('unfinished sync in the snapshot was changed by another program, starting anew', { syncId: sync.id })
  database.close()
  removeDatabase(paths.work)
  return undefined
}

function workingSync({ syncId: id, startedAt, checkpoint }: StoredSync, kind: SyncKind): readonly WorkingSync[] {
  const started = parseTimeText(startedAt)
  return started ? [{ id, kind, startedAt: started, parentId: '', checkpoint }] : []
}

function restoreRows(database: DatabaseSync, base: string, syncId: string, { target, work }: SnapshotPaths): boolean {
  try {
    return storageCall(`read ${target}`, dirname(work), () => restoreSync(database, base, syncId))
  } catch (error) {
    database.close()
    removeDatabase(work)
    throw error
  }
}

function usable(sync: WorkingSync, { kind, now, canResume, base }: ResumeRequest): boolean {
  if (kind === 'partial' || sync.kind !== kind) return false
  if (Math.abs(now.getTime() - sync.startedAt.getTime()) > MAX_AGE_MS) return false
  if (base.syncs.some(({ syncId, endedAt }) => syncId === sync.id && endedAt !== undefined)) return false
  return canResume(sync.checkpoint)
}

function resumed(open: OpenSync, log: Logger): OpenSync {
  log.info('resuming unfinished sync', { syncId: open.sync.id, startedAt: open.sync.startedAt.toISOString() })
  return open
}
