import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { annotationsAreMoved, openBase, readSyncs, tableColumns, type StoredSync } from '../tables/base-file.ts'
import { sqlText } from '../file/database-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from '../file/envelope.ts'
import { changedRows, type ChangedRow } from './changed-rows.ts'
import { contradictions, type Contradiction } from './contradictions.ts'
import { grantBatches, type GrantCells } from './grant-batches.ts'
import { grantGroups, type GrantGroup } from './grant-groups.ts'
import { grantHolders, type GrantHolders } from './grant-holders.ts'
import { mentions } from './mentions.ts'
import type { SyncCounts } from '../../sync/store.ts'
import { latestFinished, latestFinishedFull } from '../tables/latest-sync.ts'
import { countedRows, storedCounts } from '../tables/stored-counts.ts'
import { storageCall } from '../file/storage-error.ts'
import { unpackSnapshot, type SnapshotNames } from '../file/unpack.ts'

export type SnapshotTable = 'v1_resource_types' | 'v1_resources' | 'v1_entitlements' | 'v1_grants'

/** A row as stored: column names of the file, blobs as bytes. */
export type RawRow = Readonly<Record<string, unknown>>

export interface OpenSnapshotOptions {
  /** Folder for the unpacked database. @default the system's temporary folder */
  readonly tempDir?: string
  /** Largest decoded size. @default 10 GiB */
  readonly maxDecodedBytes?: number
  /** For sentences. @default the path, and `--file` */
  readonly names?: SnapshotNames
}

/** One sync of an open snapshot. */
export interface SyncOf {
  readonly snapshot: Snapshot
  readonly syncId: string
}

/** Leaves out what is not needed. */
export interface RowChoice {
  /** @default all, of whatever version the file is */
  readonly columns?: readonly string[]
  /** Of resources, entitlements and grants: only those of resources of these types. @default all */
  readonly resourceTypes?: readonly string[]
  /** Only rows whose columns hold exactly these texts. @default all */
  readonly equal?: Readonly<Record<string, string>>
  /** Of grants: only those that pass their entitlement on to holders of another one, or that may. @default false */
  readonly mayExpand?: boolean
  /** Only rows whose message may hold this text, in whatever case; some of them do not. @default all */
  readonly mention?: string
  /** Only rows whose message holds exactly this text. @default all */
  readonly holds?: string
}

/** A snapshot opened for reading; it sees the file as it was when opened. */
export interface Snapshot extends Disposable {
  /** All syncs in the order of their rows. */
  readonly syncs: readonly StoredSync[]
  /** The full sync that ended last. */
  readonly latest: StoredSync | undefined
  /** The sync of any type that ended last, which the official readers show unless told otherwise. */
  readonly shown: StoredSync | undefined
  /** Rows of one sync in the order they were written; none where the file lacks the table. */
  rows(table: SnapshotTable, syncId: string, choice?: RowChoice): Iterable<RawRow>
  /** Who holds entitlements of resources of the given types in one sync, in batches. Errors: `data-loss` for a damaged row. */
  holders(syncId: string, resourceTypes: readonly string[]): Iterable<readonly GrantHolders[]>
  /** All grants of one sync by their columns, in batches, in the order they were written: far cheaper than `rows`. */
  grants(syncId: string): Iterable<readonly GrantCells[]>
  /** All grants of one sync in groups, which is cheaper still. Rows of a group are in order, groups are not. */
  grantGroups(syncId: string): Iterable<GrantGroup>
  /** The whole row of a grant that these gave. */
  grantRow(rowId: number): RawRow
  /** The unpacked database, as long as the snapshot is open. */
  readonly databasePath: string
  /** Rows that one sync has and an earlier one has not, or has otherwise; then those that only the earlier one has. */
  changedRows(table: SnapshotTable, before: SyncOf, syncId: string): Iterable<ChangedRow>
  /** Rows of one sync by type: as its statistics say, else counted. */
  counts(syncId: string): SyncCounts
  /** Rows of one sync by type, counted whatever the statistics say. */
  counted(syncId: string): SyncCounts
  /** Rows of one sync that do not fit each other. */
  contradictions(syncId: string): Iterable<Contradiction>
  close(): void
}

/** Opens a snapshot. Errors as `unpackSnapshot`; a missing or empty file is a snapshot without syncs. */
export async function openSnapshot(file: string, options: OpenSnapshotOptions = {}): Promise<Snapshot> {
  const folder = mkdtempSync(join(options.tempDir ?? tmpdir(), 'c1z-'))
  const path = join(folder, 'snapshot.db')
  let database: DatabaseSync | undefined
  const close = (): void => {
    if (database?.isOpen) database.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const unpacked = await unpackSnapshot(
      file,
      path,
      options.maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES,
      options.names,
    )
    return storageCall(`read ${options.names?.file ?? file}`, folder, () => {
      database = unpacked ? openBase(path) : new DatabaseSync(':memory:')
      return snapshotOf(database, unpacked ? path : ':memory:', close)
    })
  } catch (error) {
    close()
    throw error
  }
}

function snapshotOf(database: DatabaseSync, databasePath: string, close: () => void): Snapshot {
  const syncs = readSyncs(database)
  let selectGrant: StatementSync | undefined
  const columnsOf = memoized((table: SnapshotTable) => tableColumns(database, table))
  const isMoved = memoized((syncId: string) => annotationsAreMoved(database, syncId))
  const prepared = memoized((sql: string) => database.prepare(sql))
  return Object.freeze({
    syncs,
    latest: latestFinishedFull(syncs),
    shown: latestFinished(syncs),
    rows(table: SnapshotTable, syncId: string, choice: RowChoice = {}): Iterable<RawRow> {
      const present = columnsOf(table)
      if (present.size === 0) return []
      const columns = choice.columns?.filter((name) => present.has(name)).join(', ') ?? '*'
      const isAside = choice.mayExpand === true && present.has('expansion') && isMoved(syncId)
      const conditions = ['sync_id = ?', ...conditionsOf(choice, present, isAside)].join(' and ')
      const sql = `select ${columns} from ${table} where ${conditions} order by id`
      const values = [syncId, ...Object.values(choice.equal ?? {})]
      // One row is asked for many times, and making a statement takes longer than running it.
      return choice.equal?.['external_id'] === undefined
        ? database.prepare(sql).iterate(...values)
        : prepared(sql).all(...values)
    },
    databasePath,
    changedRows: (table: SnapshotTable, before: SyncOf, syncId: string) =>
      changedRows(database, table, {
        path: before.snapshot.databasePath === databasePath ? undefined : before.snapshot.databasePath,
        before: before.syncId,
        after: syncId,
      }),
    counts: (syncId: string) => storedCounts(database, syncId),
    counted: (syncId: string) => countedRows(database, syncId),
    contradictions: (syncId: string) => contradictions(database, syncId),
    holders(syncId: string, resourceTypes: readonly string[]): Iterable<readonly GrantHolders[]> {
      return columnsOf('v1_grants').size === 0 ? [] : grantHolders(database, syncId, resourceTypes)
    },
    grants(syncId: string): Iterable<readonly GrantCells[]> {
      return columnsOf('v1_grants').size === 0
        ? []
        : grantBatches(database, syncId, columnsOf('v1_grants').has('expansion'))
    },
    grantGroups(syncId: string): Iterable<GrantGroup> {
      return columnsOf('v1_grants').size === 0
        ? []
        : grantGroups(database, syncId, columnsOf('v1_grants').has('expansion'))
    },
    grantRow(rowId: number): RawRow {
      selectGrant ??= database.prepare('select * from v1_grants where id = ?')
      return selectGrant.get(rowId) ?? {}
    },
    close,
    [Symbol.dispose]: close,
  })
}

function conditionsOf(
  { resourceTypes, equal = {}, mayExpand = false, mention, holds }: RowChoice,
  present: ReadonlySet<string>,
  annotationsAreAside: boolean,
): readonly string[] {
  const expanding = present.has('expansion') ? ['expansion is not null'] : []
  return [
    ...(resourceTypes ? [`resource_type_id in (${resourceTypes.map(sqlText).join(', ')})`] : []),
    ...Object.keys(equal).map((name) => `${name} = ?`),
    ...(mayExpand ? [`(${[...expanding, ...(annotationsAreAside ? [] : [ANNOTATED])].join(' or ')})`] : []),
    ...(mention === undefined ? [] : [mentions(mention)]),
    ...(holds === undefined ? [] : [`instr(data, cast(${sqlText(holds)} as blob)) > 0`]),
  ]
}

/** Files of older programs keep the annotation in the message. */
const ANNOTATED = "instr(data, cast('c1.connector.v2.GrantExpandable' as blob)) > 0"

function memoized<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>()
  return (key) => {
    const found = made.get(key) ?? make(key)
    made.set(key, found)
    return found
  }
}
