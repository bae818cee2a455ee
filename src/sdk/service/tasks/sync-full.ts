import type { ResourceId } from '../../model/model.ts'
import { defaultRetryPolicy } from '../../pacing/retry.ts'
import { persist } from '../../pacing/send-or-look.ts'
import { usualTypes } from '../../contract/connector.ts'
import type { Scope } from '../../contract/syncer.ts'
import { runSync } from '../../sync/engine.ts'
import type { SyncCounts } from '../../sync/store.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import type { LastSync } from '../watch/state.ts'
import { removeSyncFiles, syncFile } from '../runtime/sync-files.ts'
import { syncProgress } from '../runtime/task-progress.ts'
import { uploadFile } from '../runtime/upload-file.ts'
import type { TaskHandler, TaskRun, WorkOf } from '../task-handler.ts'

type SyncWork = WorkOf<'sync-full'>

/** Attempts to reach the source before the sync begins. Source: baton-sdk `pkg/connectorbuilder`. */
const VALIDATE_ATTEMPTS = 6

/** Reads the source into a file of the task's own, sends the file, and removes it whatever becomes of it. */
export const createSyncHandler = (options: ServiceModeOptions): TaskHandler<SyncWork> => {
  /** Rows of the last sync of everything that was uploaded. */
  let earlier: SyncCounts | undefined
  return async (work, run) => {
    const { connector, stateDir, clock, onEvent, retries } = options
    const { taskId, signal, log } = run
    if (work.storageEngine === 'pebble') log.info('the service asked for a pebble snapshot and gets one in SQLite')
    const started = clock.monotonicMs()
    const retry = retries?.sync ?? defaultRetryPolicy
    run.progress({ phase: 'trying the key', done: 0 })
    await persist(() => connector.validate({ signal, log }), {
      operation: 'validate',
      retry: { ...retry, attempts: Math.min(retry.attempts, VALIDATE_ATTEMPTS) },
      call: { signal, log },
    })
    try {
      const written = await (options.skipFullSync ? emptySync(options, taskId) : syncInto(options, work, run, earlier))
      await uploadFile(options, written.file, run)
      const finishedAt = clock.now()
      const sync: LastSync = { ...written, finishedAt, durationMs: Math.round(clock.monotonicMs() - started) }
      onEvent({ at: finishedAt, kind: 'synced', sync })
      if (isOfEverything(work) && !options.skipFullSync) earlier = written.counts
      return { kind: 'success' }
    } finally {
      await removeSyncFiles(stateDir, taskId).catch((error: unknown) =>
        log.warn('the files of a sync cannot be removed', { error: String(error) }),
      )
    }
  }
}

const isOfEverything = ({ targets, types, skipGrants, skipEntitlementsAndGrants }: SyncWork): boolean =>
  targets.length === 0 && types.length === 0 && !skipGrants && !skipEntitlementsAndGrants

type Written = Pick<LastSync, 'counts' | 'file'>

async function syncInto(
  options: ServiceModeOptions,
  work: SyncWork,
  run: TaskRun,
  earlier: SyncCounts | undefined,
): Promise<Written> {
  const { connector, stateDir, storeFor, workers, clock, retries, mostShrinkPercent } = options
  const { taskId, signal, log } = run
  const scope = scopeOf(work, options)
  const targets = targetsOf(work.targets, scope)
  const { counts, file, warnings } = await runSync({
    connector,
    store: storeFor(syncFile(stateDir, taskId)),
    scope,
    ...(work.targets.length > 0 && { targets }),
    workers,
    expand: !work.skipExpandGrants,
    retry: retries?.sync ?? defaultRetryPolicy,
    ...(earlier && { earlier }),
    ...(mostShrinkPercent !== undefined && { mostShrinkPercent }),
    // The file is removed, and packing it would use up the time that is left to stop.
    keepUnfinished: false,
    clock,
    log,
    signal,
    onEvent(event) {
      const progress = syncProgress(event)
      if (progress) run.progress(progress)
    },
  })
  for (const warning of warnings) log.warn(warning)
  return { counts, file }
}

/** What the task names goes before what the daemon was started with. */
function scopeOf(work: SyncWork, { connector, syncTypes }: ServiceModeOptions): Scope {
  const all = usualTypes(connector)
  const named = work.types.length > 0 ? work.types : syncTypes
  const entitlements = !work.skipEntitlementsAndGrants
  return {
    types: new Set(named.length > 0 ? named : all),
    entitlements,
    grants: entitlements && !work.skipGrants,
  }
}

/** Each once, and only those of wanted types: the service passes over what a connector does not have. */
const targetsOf = (targets: readonly ResourceId[], { types }: Scope): readonly ResourceId[] => [
  ...new Map(
    targets.filter(({ type }) => types.has(type)).map((target) => [JSON.stringify([target.type, target.id]), target]),
  ).values(),
]

/** A finished sync that holds nothing. */
async function emptySync({ storeFor, stateDir }: ServiceModeOptions, taskId: string): Promise<Written> {
  const writer = await storeFor(syncFile(stateDir, taskId)).begin('full', () => false)
  const counts = writer.counts()
  return { counts, file: await writer.finish() }
}
