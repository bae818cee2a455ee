import type { SyncView } from '../file/sync-view.ts'
import { type Kind, kindOf } from '../model/thing.ts'
import { NameDraft } from './name-draft.ts'
import { entryOf } from './name-entry.ts'
import type { NameTable } from './name-table.ts'

/** What people call the resources of a type. */
export const kindsOf =
  ({ types }: Pick<SyncView, 'types'>) =>
  (type: string): Kind =>
    kindOf(types.get(type)?.traits ?? [])

/** Resources between two steps of `nameTableSteps`. */
const A_STEP = 500

/**
 * All resources of a sync: people first, then by type and name. Made step by step, for whoever has others to answer in between.
 *
 * Errors: `data-loss` for a damaged row; `resource-exhausted` for names of 2 GB.
 */
export function* nameTableSteps(view: SyncView): Generator<undefined, NameTable> {
  const draft = new NameDraft()
  let count = 0
  for (const thing of view.things()) {
    draft.add(entryOf(thing))
    if (++count % A_STEP === 0) yield
  }
  return draft.sorted(kindsOf(view))
}

/** All steps at once. */
export function allSteps<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}
