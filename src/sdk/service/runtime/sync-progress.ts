import type { SyncEvent } from '../../sync/events.ts'
import { plural } from '../../text/plural.ts'
import type { TaskProgress } from '../watch/state.ts'

const PHASES = { collect: 'reading', reconcile: 'checking' } as const

/** Where a sync stands; `undefined` for an event that says nothing of it. */
export function syncProgress(event: SyncEvent): TaskProgress | undefined {
  if (event.kind === 'sealing') return { phase: 'writing the file', done: 0 }
  if (event.kind !== 'page') return undefined
  const { phase, type, done, total } = event
  return { phase: `${PHASES[phase]} ${plural(type)}`, done, ...(total !== undefined && { total }) }
}
