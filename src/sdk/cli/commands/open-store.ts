import type { Logger } from '../../ground/ports.ts'
import { createSnapshotStore, type SnapshotStoreOptions } from '../../snapshot/write/snapshot-store.ts'
import type { SnapshotStore } from '../../sync/store.ts'
import type { Ambient } from '../ambient.ts'
import type { RunConfig } from '../../settings/catalog.ts'

const MIB = 1024 * 1024

/** Everything a snapshot file is opened with, from the settings. */
export function storeOptions(config: RunConfig, { clock, random }: Ambient, log: Logger): SnapshotStoreOptions {
  const tempDir = config['c1z-temp-dir']
  const maxDecodedMb = config['decoder-max-decoded-size-mb']
  return {
    file: config.file,
    ...(tempDir !== undefined && { tempDir }),
    ...(maxDecodedMb !== undefined && { maxDecodedBytes: maxDecodedMb * MIB }),
    keepSyncCount: config['keep-sync-count'],
    skipCleanup: config['skip-cleanup'],
    clock,
    random,
    log,
  }
}

/** The snapshot file as the settings describe it. Nothing is opened yet. */
export const openStore = (config: RunConfig, ambient: Ambient, log: Logger): SnapshotStore =>
  createSnapshotStore(storeOptions(config, ambient, log))
