import type { Action } from './checkpoint.ts'

/** Resources read by id in one step. */
const LOOKED_AT_ONCE = 50

/** Actions that read resources by id, many at once; `unlisted` as in the action. */
export function looks(
  type: string,
  ids: readonly string[],
  unlisted: ReadonlySet<string> = new Set(),
): readonly Action[] {
  return inParts(ids, LOOKED_AT_ONCE).map((some) => {
    const without = some.filter((id) => unlisted.has(id))
    return { kind: 'look', type, ids: some, ...(without.length > 0 && { unlisted: without }) }
  })
}

/** Parts of at most `size`, in order. */
export const inParts = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
