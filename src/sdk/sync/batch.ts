import { typeOf, type Action } from './checkpoint.ts'

/** Pages that are asked for in one go. */
export interface Batch {
  readonly actions: readonly Action[]
  /** Pages of listings: no second one is under way meanwhile, so that all listings advance together. */
  readonly isOfListings: boolean
}

/** First pages go first, because they tell how much there is to read. */
export const isFirstPage = (action: Action): boolean => action.kind === 'list' && action.token === ''

/**
 * What to ask for next; `undefined` where everything is under way or has to wait.
 *
 * Shape: one page of every listing whose action `mayJoin`, together. Of several pages of one type, the last planned one travels with the others,
 * because the rest of nested lists stands before it. Every other page goes by itself, and first, so that such pages never pile up.
 */
export function nextBatch(
  actions: readonly Action[],
  running: ReadonlySet<Batch>,
  mayJoin: (action: Action) => boolean,
): Batch | undefined {
  const underWay = new Set([...running].flatMap((batch) => batch.actions))
  const idle = actions.filter((action) => !underWay.has(action))
  const lastOf = new Map(idle.filter(mayJoin).map((action) => [typeOf(action), action]))
  const joint = [...lastOf.values()]
  const travels = new Set(joint)
  const others = idle.filter((action) => !travels.has(action))
  const isWaiting = joint.length === 0 || [...running].some(({ isOfListings }) => isOfListings)
  const together = isWaiting ? undefined : { actions: joint, isOfListings: true }
  if (together && joint.some(isFirstPage)) return together
  const other = others.find(isFirstPage) ?? others[0]
  return other ? { actions: [other], isOfListings: false } : together
}
