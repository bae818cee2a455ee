/** The `.c1z` file as a store of syncs. */
export { createSnapshotStore, type SnapshotStoreOptions } from './write/snapshot-store.ts'
