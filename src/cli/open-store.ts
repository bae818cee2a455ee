import type { Logger } from '../sdk/ports.ts'
import { createSnapshotStore } from '../snapshot/snapshot-store.ts'
import type { SnapshotStore } from '../sync/store.ts'
import type { Ambient } from './ambient.ts'
import type { Config } from './settings.ts'

const MIB = 1024 * 1024

/** Where the snapshot file lies and how large it may be, from the settings. */
export function snapshotPlace(config: Config): {
  readonly file: string
  readonly tempDir?: string
  readonly maxDecodedBytes?: number
} {
  const tempDir = config['c1z-temp-dir']
  const maxDecodedMb = config['decoder-max-decoded-size-mb']
  return {
    file: config.file,
    ...(tempDir !== undefined && { tempDir }),
    ...(maxDecodedMb !== undefined && { maxDecodedBytes: maxDecodedMb * MIB }),
  }
}

/** The snapshot file as the settings describe it. Nothing is opened yet. */
export const openStore = (config: Config, { clock, random }: Ambient, log: Logger): SnapshotStore =>
  createSnapshotStore({
    ...snapshotPlace(config),
    keepSyncCount: config['keep-sync-count'],
    skipCleanup: config['skip-cleanup'],
    clock,
    random,
    log,
  })
