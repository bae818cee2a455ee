import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { type Problem, problem } from './problem.ts'

/** What is wrong with the syncs of a file: syncs that never ended, and a full sync that another type of sync hides. */
export function* fileProblems({ syncs, latest, shown }: Snapshot): Generator<Problem> {
  if (syncs.length === 0) yield problem('unfinished-sync', '', 'the file holds no sync')
  for (const { syncId, endedAt, startedAt, kind } of syncs)
    if (endedAt === undefined)
      yield problem(
        'unfinished-sync',
        syncId,
        `the ${kind} sync that began ${startedAt} is unfinished, and readers do not show it`,
      )
  if (latest && shown && shown.syncId !== latest.syncId)
    yield problem(
      'hidden-sync',
      latest.syncId,
      `the full sync is hidden: readers show the ${shown.kind} sync ${shown.syncId}, which ended later`,
    )
}
