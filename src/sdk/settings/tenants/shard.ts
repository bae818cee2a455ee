/** One part of several, by its place from 0. */
export interface Shard {
  readonly index: number
  readonly count: number
}

const MOST = 100_000

/** Reads `i/N`; a problem is the end of a sentence that begins with the flag. */
export function readShard(text: string): Shard | { readonly problem: string } {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  return shard.count >= 1 && shard.count <= MOST && shard.index < shard.count
    ? shard
    : { problem: 'must be i/N, with i from 0 to N-1, for example 0/4' }
}

/**
 * What falls to a shard: of each `count` in a row the one at its place. Each item falls to exactly one shard, and an item that is added at the end
 * moves no other.
 */
export const inShard = <T>(items: readonly T[], { index, count }: Shard): readonly T[] =>
  items.filter((_, at) => at % count === index)
