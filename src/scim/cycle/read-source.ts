import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { SourceCall, SourceRead } from '../source.ts'
import { SourceReading } from '../state/source-reading.ts'
import type { SourceChange, SourceCounts } from '../state/source-image.ts'
import type { Engine } from './engine.ts'

export interface SourceResult extends SourceRead {
  readonly change: SourceChange
}

/**
 * Brings the source's image up to date.
 *
 * Errors: the source's own; `failed-precondition` where it answers with nothing though it had people before.
 */
export async function readSource(
  engine: Engine,
  how: 'everything' | { readonly since: string },
  signal: AbortSignal,
): Promise<SourceResult> {
  const { database, source, sourceImage } = engine
  const reading = new SourceReading(database)
  const call = sourceCall(engine, signal)
  if (how !== 'everything' && source.changes) {
    const read = await source.changes(how.since, reading, call)
    return { ...read, change: sourceImage.change(reading, read.complete) }
  }
  const read = await source.read(reading, call)
  if (read.complete) refuseNothing(sourceImage.counts(), reading.read, source.name)
  return { ...read, change: sourceImage.replace(reading, read.complete) }
}

/**
 * Reads everything once more, in another way if the source has one. Whoever shows up in this read no longer counts as a leaver.
 *
 * Gives whether that read was complete.
 */
export async function confirmLeavers(engine: Engine, signal: AbortSignal): Promise<boolean> {
  const { database, source, sourceImage } = engine
  const reading = new SourceReading(database)
  const call = sourceCall(engine, signal)
  const read = await (source.reread ? source.reread(reading, call) : source.read(reading, call))
  sourceImage.replace(reading, false)
  return read.complete
}

export const sourceCall = ({ clock, sleep, log, onProgress }: Engine, signal: AbortSignal): SourceCall => ({
  ...{ signal, clock, sleep, log },
  onProgress: ({ users, groups, members }) =>
    onProgress({ phase: 'reading the source', done: users + groups + members }),
})

/** A file that was cut to its header, or a directory that shows an account nothing any more, must not empty the target. */
function refuseNothing(before: SourceCounts, now: SourceCounts, name: string): void {
  for (const what of ['users', 'groups', 'members'] as const) {
    const had = before[what]
    if (now[what] > 0 || had < (what === 'users' ? 1 : LEAST)) continue
    throw new ConnectorError(
      'failed-precondition',
      'read the source',
      `${name} gives no ${what} at all, and gave ${had} before; nothing was changed. If that is right, run scim restart --reset links first`,
      undefined,
      'source gave nothing',
    )
  }
}

/** Fewer groups or memberships than this may all be removed in one day for good reason. */
const LEAST = 10
