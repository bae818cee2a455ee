import type { DaemonParts } from './daemon-options.ts'
import type { TaskProgress } from '../watch/state.ts'
import type { SyncEvent } from '../../sync/request.ts'
import { plural } from '../../text/plural.ts'

export interface ProgressReport {
  readonly progress: (progress: TaskProgress) => void
  /** Nothing is told any more. */
  readonly end: () => void
}

/** Tells where a task stands, and that it waits while the rate limit that all tasks share holds requests back. */
export function reportProgress(
  id: string,
  { clock, onEvent, waits }: Pick<DaemonParts, 'clock' | 'onEvent' | 'waits'>,
): ProgressReport {
  let last: TaskProgress = { phase: 'working', done: 0 }
  const tell = (progress: TaskProgress): void => onEvent({ at: clock.now(), kind: 'task-progress', id, progress })
  return {
    progress(progress) {
      last = progress
      tell(progress)
    },
    end: waits?.subscribe((until) => tell({ ...last, waitingUntil: until })) ?? (() => {}),
  }
}

const PHASES = { collect: 'reading', reconcile: 'checking' } as const

/** Where a sync stands; `undefined` for an event that says nothing of it. */
export function syncProgress(event: SyncEvent): TaskProgress | undefined {
  if (event.kind === 'sealing') return { phase: 'writing the file', done: 0 }
  if (event.kind !== 'page') return undefined
  const { phase, type, done, total } = event
  return { phase: `${PHASES[phase]} ${plural(type)}`, done, ...(total !== undefined && { total }) }
}
