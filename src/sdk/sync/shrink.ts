import { ConnectorError } from '../ground/errors.ts'
import type { Scope } from '../contract/syncer.ts'
import type { SyncCounts } from './store.ts'

/** Rows of one kind of which a new sync holds fewer than the finished one before it. */
export interface Shrink {
  /** In words, for example `user resources` or `group grants`. */
  readonly what: string
  readonly before: number
  readonly now: number
}

/** A loss of more than this is warned of, where at least so many rows are gone: fewer come and go with ordinary work. */
const WARNED_PERCENT = 50
const WARNED_ROWS = 10

/** In whole numbers, so that a loss of exactly the limit is not above it. */
const isMoreThan = (percent: number, { before, now }: Shrink): boolean => (before - now) * 100 > percent * before

/**
 * What a sync holds less of than the one before.
 *
 * Shape: types that either of the two left out are not compared, nor grants where a type of the earlier sync is left out now, because
 * grants to and by it are left out as well.
 */
export function shrinks(before: SyncCounts | undefined, now: SyncCounts, scope: Scope): readonly Shrink[] {
  if (!before) return []
  const holdsAllTypes = Object.keys(before.resources).every((type) => scope.types.has(type))
  return [
    ...lostRows('resources', before.resources, now.resources, scope),
    ...(holdsAllTypes && scope.entitlements && scope.grants
      ? lostRows('grants', before.grants, now.grants, scope)
      : []),
  ]
}

const lostRows = (
  table: string,
  before: SyncCounts['resources'],
  now: SyncCounts['resources'],
  scope: Scope,
): readonly Shrink[] =>
  Object.entries(before)
    .filter(([type, rows]) => scope.types.has(type) && (now[type] ?? 0) < rows)
    .map(([type, rows]) => ({ what: `${type} ${table}`, before: rows, now: now[type] ?? 0 }))

/** A sentence for each loss that is more than ordinary work explains. */
export const shrinkWarnings = (found: readonly Shrink[]): readonly string[] =>
  found
    .filter((shrink) => isMoreThan(WARNED_PERCENT, shrink) && shrink.before - shrink.now >= WARNED_ROWS)
    .map(
      (shrink) =>
        `${inWords(shrink)} since the last finished sync; see whether that is so in the source, and what the key may read`,
    )

/** The refusal of a sync that lost more than `mostPercent` of any kind of row; `undefined` where none did. */
export function shrinkRefusal(found: readonly Shrink[], mostPercent = 100): ConnectorError | undefined {
  const tooMuch = found.filter((shrink) => isMoreThan(mostPercent, shrink))
  if (tooMuch.length === 0) return undefined
  return new ConnectorError(
    'failed-precondition',
    'sync',
    `${tooMuch.map(inWords).join('; ')} since the last finished sync, which is more than --max-shrink allows; the sync is left unfinished; ` +
      'see what the source holds and what the key may read; if that is how it is, run once with a greater --max-shrink',
  )
}

const inWords = ({ what, before, now }: Shrink): string => `${what} went from ${before} to ${now}`
