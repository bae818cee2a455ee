import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { Logger } from '../ground/ports.ts'
import { resourceKey } from '../model/ids.ts'
import { firstReading } from './advance.ts'
import type { Action, Checkpoint, Listing } from './checkpoint.ts'
import { inParts, looks } from './looks.ts'
import { countsAll, isLarge, toCount } from './recheck.ts'
import { canRecheck, type Roads } from './roads.ts'
import type { HolderGap, SyncWriter } from './store.ts'

/** How often a listing is read from its start, and how often differences are read again, before the run gives up on a moving tenant. */
const MOST_PASSES = 3
const MOST_ROUNDS = 6
/** How often many holders of one resource are counted anew before they are read page by page, which may take as many requests as all that was read. */
const MOST_COUNTS = 3
/** Differences repaired in one round. More than that is no drift but a broken source. */
const MOST_DIFFERENCES = 10_000
/** Differences named in the log and in an error: enough to see a pattern. */
const MOST_NAMED = 5

export type Verdict =
  /** Every listing is whole, every count is met, no grant points nowhere. */
  | { readonly kind: 'whole' }
  /** There is more to read. */
  | { readonly kind: 'more'; readonly checkpoint: Checkpoint }
  /** Repeated readings did not settle it. The checkpoint lets a later run try afresh. */
  | { readonly kind: 'moving'; readonly checkpoint: Checkpoint; readonly error: ConnectorError }

/** Resources whose holders are asked for in one step. */
const COUNTED_AT_ONCE = 25

/** Judges what was read once the plan is worked off, and says what has to be read again. Source: decision 0003. */
export function verify(checkpoint: Checkpoint, writer: SyncWriter, roads: Roads, log: Logger): Verdict {
  const doubts = doubtsIn(checkpoint, writer, roads)
  if (doubts.length > 0) return settle(checkpoint, doubts, writer, roads, log)
  const { moved = [], ...settled } = checkpoint
  const actions = differences(checkpoint, writer, roads, log)
  if (actions.length === 0) return { kind: 'whole' }
  if (checkpoint.rounds < MOST_ROUNDS)
    return { kind: 'more', checkpoint: { ...settled, phase: 'reconcile', actions, rounds: checkpoint.rounds + 1 } }
  const named = [
    ...moved.map(({ type, id }) => `${type} ${id}: its members moved`),
    ...writer
      .holderGaps(MOST_NAMED)
      .map(
        (gap) => `${gap.resource.type} ${gap.resource.id}: ${gap.found} members read, ${gap.count} counted by the API`,
      ),
  ]
  return { kind: 'moving', checkpoint: { ...checkpoint, rounds: 0 }, error: moving(named) }
}

interface Doubt {
  readonly type: string
  readonly listing: Listing
  readonly why: string
  /** Nothing was listed where there is always something. */
  readonly isEmpty: boolean
}

function doubtsIn(checkpoint: Checkpoint, writer: SyncWriter, { neverEmpty }: Roads): readonly Doubt[] {
  return Object.entries(checkpoint.listings).flatMap(([type, listing]): readonly Doubt[] => {
    const stored = writer.resourceCount(type)
    const why = doubt(listing, stored, checkpoint.phase)
    if (why !== undefined) return [{ type, listing, why, isEmpty: false }]
    const always = stored === 0 ? neverEmpty.get(type) : undefined
    return always === undefined ? [] : [{ type, listing, why: `it is empty, although ${always}`, isEmpty: true }]
  })
}

/**
 * Says what speaks against a listing that was read to its end; `undefined` where it is proved whole.
 *
 * Why: cursors are offsets. A row that repeats or a count that falls shows that rows moved under the cursor, and then another row may have
 * been passed over even where the numbers agree. A repair that brings an unknown row shows the same afterwards, in the number alone.
 */
export function doubt(listing: Listing, stored: number, phase: Checkpoint['phase']): string | undefined {
  if (listing.proved) return undefined
  if (listing.moved) return 'rows moved while it was read'
  if (listing.total === undefined) return undefined
  if (stored !== listing.total) return `${stored} read, ${listing.total} counted by the API`
  if (phase === 'reconcile') return undefined
  if (listing.received !== stored) return `${listing.received - stored} rows came twice`
  return listing.shrunk ? 'the count fell while it was read' : undefined
}

/** The plan that reads these listings from their start again, and then checks everything anew. */
const restarted = (checkpoint: Checkpoint, passes: Readonly<Record<string, number>>): Checkpoint => ({
  ...checkpoint,
  phase: 'collect',
  actions: Object.keys(passes).map((type) => ({ kind: 'list', type, token: '' })),
  listings: {
    ...checkpoint.listings,
    ...Object.fromEntries(Object.entries(passes).map(([type, pass]) => [type, { ...firstReading, pass, stale: true }])),
  },
})

/** The plan of a run that trusts nothing of what was read, although it adds up. */
export const readAgain = (checkpoint: Checkpoint): Checkpoint => ({
  ...restarted(checkpoint, Object.fromEntries(Object.keys(checkpoint.listings).map((type) => [type, 1]))),
  rounds: 0,
})

/** Listings in doubt are held against their ids where that can be done, and read from their start again where not. */
function settle(
  checkpoint: Checkpoint,
  doubts: readonly Doubt[],
  writer: SyncWriter,
  roads: Roads,
  log: Logger,
): Verdict {
  const isToRecheck = ({ type, listing, isEmpty }: Doubt): boolean => !isEmpty && canRecheck(type, listing, roads)
  const ids = doubts.filter(isToRecheck)
  const beside = new Set(
    ids.flatMap(({ type, listing }) => (comesWhole(type, listing, roads) ? [heldBy(type, roads)] : [])),
  )
  const others = doubts.filter((one) => !isToRecheck(one) && (one.isEmpty || !beside.has(one.type)))
  for (const { type, why } of ids) log.info('listing is held against its ids', { resource_type_id: type, why })
  const relisted: Verdict =
    others.length > 0
      ? relist(checkpoint, others, log)
      : { kind: 'more', checkpoint: { ...checkpoint, phase: 'reconcile', actions: [] } }
  if (relisted.kind !== 'more') return relisted
  const recounted = recount(relisted.checkpoint, ids, writer, roads)
  const actions = ids.map(({ type }): Action => ({ kind: 'ids', type, counted: countedWith(type, writer, roads) }))
  return { kind: 'more', checkpoint: { ...recounted, actions: [...actions, ...recounted.actions] } }
}

/**
 * Where more resources are held by a type than can be counted with its ids, they are listed again for their counts.
 *
 * Why: who came, went or changed groups while the pages were read shows in the counts of that moment alone. Old counts agree with old pages.
 */
function recount(checkpoint: Checkpoint, ids: readonly Doubt[], writer: SyncWriter, roads: Roads): Checkpoint {
  const again = ids.flatMap(({ type }) => {
    const held = heldBy(type, roads)
    const listing = held === undefined ? undefined : checkpoint.listings[held]
    if (held === undefined || listing === undefined || listing.stale || countsAll(writer.resourceIds(held))) return []
    return [[held, listing.pass] as const]
  })
  if (again.length === 0) return checkpoint
  const anew = restarted(checkpoint, Object.fromEntries(again))
  return { ...anew, actions: [...anew.actions, ...checkpoint.actions] }
}

/** The type whose holders are counted with the ids of this type. */
const heldBy = (type: string, { countedWith: types }: Roads): string | undefined =>
  [...types].find(([, holders]) => holders === type)?.[0]

/** Whether a listing comes whole in place of its ids, and that of the type it counts beside it, so that the latter need not be read again now. */
const comesWhole = (type: string, { places = [] }: Listing, { wholeUpTo }: Roads): boolean =>
  places.length <= (wholeUpTo.get(type) ?? 0)

/** Resources whose holders are counted with the ids of this type: at one moment both agree, and reading many holders takes long. */
function countedWith(type: string, writer: SyncWriter, roads: Roads): readonly string[] {
  const held = heldBy(type, roads)
  if (held === undefined) return []
  const differing = writer
    .holderGaps(MOST_DIFFERENCES)
    .filter(({ resource, count }) => resource.type === held && isLarge(count))
    .toSorted((a, b) => b.count - a.count)
  return toCount(
    writer.resourceIds(held),
    differing.map(({ resource }) => resource.id),
  )
}

/** A listing that is not proved whole is read from its start again. */
function relist(checkpoint: Checkpoint, doubts: readonly Doubt[], log: Logger): Verdict {
  const again = (passOf: (listing: Listing) => number): Checkpoint => ({
    ...restarted(checkpoint, Object.fromEntries(doubts.map(({ type, listing }) => [type, passOf(listing)]))),
    repairs: { ...checkpoint.repairs, relisted: checkpoint.repairs.relisted + doubts.length },
  })
  for (const { type, why } of doubts) log.warn('listing is read again', { resource_type_id: type, why })
  const lost = doubts.filter(({ listing }) => listing.pass >= MOST_PASSES)
  if (lost.length === 0) return { kind: 'more', checkpoint: again((listing) => listing.pass + 1) }
  const named = lost.map(({ type, why }) => `${type} listing: ${why}`)
  const error = lost.some(({ isEmpty }) => isEmpty) ? empty(named) : moving(named)
  return { kind: 'moving', checkpoint: again(() => 1), error }
}

/** Grants that point nowhere, holders that moved and counts that are not met, as pages to read. Empty where both roads tell the same. */
function differences(
  { moved = [], counted = [] }: Checkpoint,
  writer: SyncWriter,
  roads: Roads,
  log: Logger,
): readonly Action[] {
  const { resources, principals } = writer.dangling(MOST_DIFFERENCES)
  const missing = new Map([...resources, ...principals].map((resource) => [resourceKey(resource), resource]))
  const keys = new Set([...missing.keys(), ...moved.map(resourceKey)])
  const gaps = writer.holderGaps(MOST_DIFFERENCES).filter(({ resource }) => !keys.has(resourceKey(resource)))
  for (const gap of gaps.slice(0, MOST_NAMED))
    log.info('holders are read again', { entitlement_id: gap.entitlementId, counted: gap.count, found: gap.found })
  const before = Map.groupBy(counted, resourceKey)
  const isToCount = ({ resource }: HolderGap): boolean =>
    roads.manyHolders.has(resource.type) && (before.get(resourceKey(resource))?.length ?? 0) < MOST_COUNTS
  const byPage = [...moved, ...gaps.flatMap((gap) => (isToCount(gap) ? [] : [gap.resource]))]
  return [
    ...[...Map.groupBy(missing.values(), ({ type }) => type)].flatMap(([type, all]) => readById(type, all, roads)),
    ...[...Map.groupBy(gaps.filter(isToCount), ({ resource }) => resource.type)].flatMap(([type, all]) =>
      inParts(all, COUNTED_AT_ONCE).map((some): Action => ({
        kind: 'count',
        type,
        gaps: some.map(({ resource, found }) => ({ id: resource.id, found })),
      })),
    ),
    ...byPage.map((resource): Action => ({ kind: 'holders', resource, token: '' })),
  ]
}

const readById = (type: string, resources: readonly ResourceId[], { ids }: Roads): readonly Action[] =>
  ids.has(type)
    ? looks(
        type,
        resources.map(({ id }) => id),
      )
    : resources.map((resource): Action => ({ kind: 'get', resource }))

const moving = (what: readonly string[]): ConnectorError =>
  new ConnectorError(
    'aborted',
    'sync',
    `the tenant kept changing while it was read, and this still does not add up: ${what.slice(0, MOST_NAMED).join('; ')}; the sync is left unfinished, run again`,
  )

const empty = (what: readonly string[]): ConnectorError =>
  new ConnectorError(
    'aborted',
    'sync',
    `${what.join('; ')}; the sync is left unfinished, so that nothing is taken for deleted; see what the API key may read, and run again`,
  )
