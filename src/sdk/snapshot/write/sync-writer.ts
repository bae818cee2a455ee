import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { makeRoomForRows } from '../../ground/room-for-rows.ts'
import type { ResourceId } from '../../model/model.ts'
import type { Clock } from '../../ground/ports.ts'
import type {
  Dangling,
  FinishedFile,
  FinishOptions,
  HolderGap,
  SealedFile,
  SyncCounts,
  SyncWriter,
  Write,
} from '../../sync/store.ts'
import { storageCall } from '../file/storage-error.ts'
import { formatTimeText } from '../tables/time-text.ts'
import type { WorkingSync } from './working-file.ts'
import { GrantLog } from './grant-log.ts'
import { WorkingGrants, type OrderedGrants } from './working-grants.ts'
import { WorkingQueries } from './working-queries.ts'
import { removeRows } from './working-removals.ts'
import { WorkingRows } from './working-rows.ts'

/** How a writer gives its rows away. Each closes all that belongs to the writer. */
export interface Handover {
  finish(sync: WorkingSync, grants: OrderedGrants, counts: SyncCounts, options: FinishOptions): Promise<SealedFile>
  suspend(sync: WorkingSync, grants: OrderedGrants): Promise<FinishedFile>
  release(sync: WorkingSync): void
}

/** Writes one sync into its working database; the target file is made only at the end, by the handover. */
export class WorkingSyncWriter implements SyncWriter {
  readonly #database
  readonly #folder
  readonly #handover
  readonly #clock
  readonly #log
  readonly #rows
  readonly #grants
  readonly #queries
  readonly #saveCheckpoint
  readonly earlier
  #sync: WorkingSync
  /** Rows by this run. */
  #written = 0

  constructor(
    database: DatabaseSync,
    sync: WorkingSync,
    handover: Handover,
    { clock, earlier }: { readonly clock: Clock; readonly earlier: SyncCounts | undefined },
  ) {
    this.earlier = earlier
    this.#database = database
    this.#folder = dirname(database.location() ?? '')
    this.#sync = sync
    this.#handover = handover
    this.#clock = clock
    this.#log = new GrantLog(database)
    this.#rows = new WorkingRows(database, this.#log)
    this.#grants = new WorkingGrants(database, this.#log)
    this.#queries = new WorkingQueries(database, this.#grants)
    this.#saveCheckpoint = database.prepare('update sync set checkpoint = ?')
  }

  get syncId(): string {
    return this.#sync.id
  }

  get startedAt(): Date {
    return this.#sync.startedAt
  }

  get checkpoint(): string {
    return this.#sync.checkpoint
  }

  write(rows: Write, checkpoint: string): void {
    const count = (rows.resources?.length ?? 0) + (rows.grants?.length ?? 0)
    this.#written += count
    makeRoomForRows(this.#written, count)
    this.#call('store rows', () => {
      this.#grants.invalidate()
      this.#database.exec('begin immediate')
      try {
        this.#store(rows)
        this.#saveCheckpoint.run(checkpoint)
        this.#database.exec('commit')
      } catch (error) {
        this.#rows.forget()
        if (this.#database.isTransaction) this.#database.exec('rollback')
        throw error
      }
    })
    this.#sync = { ...this.#sync, checkpoint }
  }

  resourceCount(type: string): number {
    return this.#call('count resources', () => this.#queries.resourceCount(type))
  }

  hasResource(id: ResourceId): boolean {
    return this.#call('look up a resource', () => this.#queries.hasResource(id))
  }

  resourceIds(type: string): readonly string[] {
    return this.#call('list resources', () => this.#queries.resourceIds(type))
  }

  holderGaps(limit: number): readonly HolderGap[] {
    return this.#call('compare holder counts', () => this.#queries.holderGaps(limit))
  }

  dangling(limit: number): Dangling {
    return this.#call('look for dangling grants', () => this.#queries.dangling(limit))
  }

  counts(): SyncCounts {
    return this.#call('count rows', () => this.#queries.counts())
  }

  async finish(options: FinishOptions = {}): Promise<SealedFile> {
    const counts = this.counts()
    return this.#handover.finish(this.#sync, this.#ordered(), counts, options)
  }

  async suspend(): Promise<FinishedFile> {
    return this.#handover.suspend(this.#sync, this.#ordered())
  }

  release(): void {
    this.#handover.release(this.#sync)
  }

  #call<T>(operation: string, work: () => T): T {
    return storageCall(operation, this.#folder, work)
  }

  #ordered(): OrderedGrants {
    return this.#call('sort grants', () => this.#grants.ordered())
  }

  #store(rows: Write): void {
    const seen = formatTimeText(this.#clock.now())
    if (rows.removals?.length) this.#log.settle()
    for (const removal of rows.removals ?? []) {
      removeRows(this.#database, removal)
      this.#rows.forget()
    }
    for (const type of rows.resourceTypes ?? []) this.#rows.putType(type, seen)
    for (const resource of rows.resources ?? []) this.#rows.putResource(resource, seen)
    for (const entitlement of rows.entitlements ?? []) this.#rows.putEntitlement(entitlement, seen)
    for (const grant of rows.grants ?? []) this.#rows.putGrant(grant, seen)
    this.#rows.flush()
    for (const holders of rows.holders ?? []) this.#rows.putHolderCount(holders)
  }
}
