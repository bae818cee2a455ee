import { join } from 'node:path'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { EXPORT } from '../rows/export-rows.ts'
import type { ColumnKind } from './write-parquet.ts'

const KINDS: Readonly<Record<string, ColumnKind>> = {
  syncedAt: 'time',
  until: 'time',
  otherPaths: 'texts',
  inFile: 'bool',
}

/** The columns of every file, in their order. Tenant and day are in the path. */
export const PARQUET_COLUMNS: ReadonlyMap<string, ColumnKind> = new Map(
  ['syncId', 'syncedAt', ...EXPORT.fields].map((name) => [name, KINDS[name] ?? 'text']),
)

/**
 * Where the rows of one sync stand: `tenant=acme/day=2026-01-02/37gS….parquet`, the day in UTC.
 *
 * Why the sync: several of a day stand beside each other, and one that is exported again replaces itself.
 */
export const hivePath = ({ tenant }: NamedFile, { sync }: SyncView): string =>
  join(
    `tenant=${hiveText(tenant)}`,
    `day=${hiveText(endOfSync(sync).slice(0, 10))}`,
    `${hiveText(sync.syncId)}.parquet`,
  )

// oxlint-disable-next-line no-control-regex -- none of these may stand in a path
const NOT_IN_PATHS = /[\u0000-\u001f"#%'*/:=?\\{}[\]^\u007f]/g

/** A text as a part of a path: what ends one is written as in a URL, which the engines undo. */
const hiveText = (text: string): string =>
  text.replaceAll(NOT_IN_PATHS, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
