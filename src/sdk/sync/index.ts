/** The engine that reads a connector to its end and proves that nothing is missing. */
export { runSync, type SyncResult } from './engine.ts'
export type { SyncEvent } from './request.ts'
export type { SnapshotStore, SyncCounts, SyncWriter, Write } from './store.ts'
