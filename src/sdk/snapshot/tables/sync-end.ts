import { dirname } from 'node:path'

import { ConnectorError } from '../../ground/errors.ts'
import { openBase, type StoredSync } from './base-file.ts'
import { storageCall } from '../file/storage-error.ts'
import { formatTimeText, wallClockOf } from './time-text.ts'

/** When a sync ended, as the file says it. */
export interface SyncEnd {
  readonly text: string
  /** Whole sentences for the user. */
  readonly warnings: readonly string[]
}

const SECOND_MS = 1000
const DAY_MS = 24 * 60 * 60 * SECOND_MS

/**
 * The end to store for a sync that ended at `end`, so that readers of `target` show it and none of the `kept` syncs.
 *
 * Shape: `end` as it is where that will do, else the least of a few later times, with a warning.
 * Errors: `failed-precondition` where a kept sync sorts after every time.
 * Why: readers show the sync whose end is the greatest text. A clock that was ahead, local time of a zone further east, and a layout with a `T`
 * or a zone all make an older sync sort after a new one. Source: baton-sdk `pkg/dotc1z/sync_runs.go`; decision 0004.
 */
export function shownEnd(end: Date, kept: readonly StoredSync[], target: string): SyncEnd {
  const own = formatTimeText(end)
  const newest = newestEnd(kept)
  const shown = wallClockOf(newest)?.getTime()
  const later =
    shown === undefined ? [] : [shown + 1, shown + SECOND_MS, (Math.floor(shown / DAY_MS) + 1) * DAY_MS].map(timeText)
  const text = [own, ...later].find((candidate) => candidate > newest)
  if (text === undefined) throw hidden(kept, target)
  return { text, warnings: text === own ? [] : [moved(own, text, target)] }
}

/**
 * Checks in a finished image that readers will show the sync `syncId`: of the finished ones, of whatever type, the one that ended last as text.
 *
 * Errors: `failed-precondition` where they would show another.
 */
export function requireShown(image: string, syncId: string, kept: readonly StoredSync[], target: string): void {
  const shown = storageCall(`read ${image}`, dirname(image), () => {
    const database = openBase(image)
    try {
      return database
        .prepare(
          'select sync_id from v1_sync_runs where ended_at is not null order by ended_at desc, sync_id desc limit 1',
        )
        .get()?.['sync_id']
    } finally {
      database.close()
    }
  })
  if (shown !== syncId) throw hidden(kept, target)
}

const timeText = (ms: number): string => formatTimeText(new Date(ms))

const newestEnd = (syncs: readonly StoredSync[]): string =>
  syncs.reduce((newest, { endedAt = '' }) => (endedAt > newest ? endedAt : newest), '')

const moved = (own: string, text: string, target: string): string =>
  `an earlier sync in ${target} says that it ended later than this one, and readers would go on showing it; so this one is written as ended ` +
  `at ${text} instead of ${own} (UTC); check the clocks and time zones of the programs that write the file`

const hidden = (kept: readonly StoredSync[], target: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    'finish sync',
    `${target} holds a sync that says it ended at ${JSON.stringify(newestEnd(kept))}, and readers would show it instead of the new one; ` +
      'move the file away and run again',
  )
