import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connector, usualTypes } from '../contract/connector.ts'
import { type Logger, silentLogger } from '../ground/ports.ts'
import type { ResourceId } from '../model/model.ts'
import { openSnapshot } from '../snapshot/read/open-snapshot.ts'
import { createSnapshotStore } from '../snapshot/write/snapshot-store.ts'
import { runSync } from '../sync/engine.ts'
import type { SyncCounts } from '../sync/store.ts'
import { decodeEntitlement } from '../wire/rows/decode-entitlement.ts'
import { decodeResource } from '../wire/rows/decode-resource.ts'
import type { StoredEntitlement, StoredResource } from '../wire/rows/stored.ts'
import { NEVER, ONCE, systemClock } from './no-waiting.ts'

export interface SyncOptions {
  /** Ids of the resource types to read. @default all that a sync reads where nobody names any */
  readonly types?: readonly string[]
  /** Resources to read alone, which makes it a partial sync. @default everything is read */
  readonly targets?: readonly ResourceId[]
  /** Pages in flight. @default 1 */
  readonly workers?: number
  /** @default nothing is logged */
  readonly log?: Logger
}

/** What a sync left in its file, in the order of the rows. */
export interface Synced {
  readonly counts: SyncCounts
  /** Whole sentences for the user. */
  readonly warnings: readonly string[]
  readonly resources: readonly StoredResource[]
  readonly entitlements: readonly StoredEntitlement[]
  /** Ids: `<entitlement id>:<principal type>:<principal id>`. */
  readonly grants: readonly string[]
}

/**
 * Syncs a connector as its program does, into a file that is removed again, and gives what readers find in it.
 *
 * Errors: as `runSync`, at the first failure: nothing is retried.
 */
export async function syncConnector(connector: Connector, options: SyncOptions = {}): Promise<Synced> {
  const { types = usualTypes(connector), targets, workers = 1, log = silentLogger } = options
  const folder = mkdtempSync(join(tmpdir(), 'baton-connector-test-'))
  try {
    const file = join(folder, 'sync.c1z')
    const { syncId, counts, warnings } = await runSync({
      connector,
      store: createSnapshotStore({ file, clock: systemClock, random: randomBytes, log }),
      scope: { types: new Set(types), entitlements: true, grants: true },
      ...(targets && { targets }),
      ...{ workers, log, retry: ONCE, clock: systemClock, signal: NEVER, onEvent: () => {} },
    })
    return { counts, warnings, ...(await rowsIn(file, syncId)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function rowsIn(file: string, syncId: string): Promise<Pick<Synced, 'resources' | 'entitlements' | 'grants'>> {
  using snapshot = await openSnapshot(file)
  const messages = (table: 'v1_resources' | 'v1_entitlements'): readonly Uint8Array[] =>
    Array.from(snapshot.rows(table, syncId), ({ data }) => data as Uint8Array)
  return {
    resources: messages('v1_resources').map(decodeResource),
    entitlements: messages('v1_entitlements').map(decodeEntitlement),
    grants: Array.from(snapshot.rows('v1_grants', syncId), (row) => String(row['external_id'])),
  }
}
