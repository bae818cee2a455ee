import type { HolderChange } from '../../contract/provisioner.ts'

/** Counts down how many writes are to come. */
export interface WritesLeft {
  /** Takes one change off, and gives how many writes the others take at most: some may turn out to need none. */
  without(change: HolderChange): number
}

/** Changes of one kind of one entitlement share writes of `mostOf(type)` each. */
export function writesLeft(changes: readonly HolderChange[], mostOf: (type: string) => number): WritesLeft {
  const open = new Map<string, number>()
  let left = 0
  const count = (change: HolderChange, by: 1 | -1): void => {
    const [before, most] = [open.get(keyOf(change)) ?? 0, mostOf(change.resource.type)]
    const after = Math.max(0, before + by)
    open.set(keyOf(change), after)
    left += Math.ceil(after / most) - Math.ceil(before / most)
  }
  for (const change of changes) count(change, 1)
  return {
    without(change) {
      count(change, -1)
      return left
    },
  }
}

const keyOf = ({ kind, resource, slug }: HolderChange): string =>
  JSON.stringify([resource.type, resource.id, slug, kind])
