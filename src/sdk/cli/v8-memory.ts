import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Keeps the process small at little cost in time (bench/README.md). To be called before anything else.
 *
 * Why: a sync makes its garbage page by page. The young generation that V8 would let grow for it costs 20–25 MB at a million memberships, and
 * the old one 50 MB, just before the file is made and needs the memory itself. It collects after that one has grown by a half.
 * V8's last compiler, with what it reads and writes, costs a daemon 7 MB that idles; only what is called very often is left to it.
 */
export function keepProcessSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--invocation-count-for-turbofan=100000')
}

/**
 * Keeps V8's heap close to what is alive. For what keeps running, before it begins.
 *
 * Why: tasks wait for the network, so most of their garbage is old before it is garbage. V8 would let it pile up to several times of what is
 * alive, and an operator cannot tell that from a leak. It collects after the old generation has grown by a tenth, and forgets sooner how to run
 * what only the start needed (bench/README.md).
 */
export function keepHeapFlat(): void {
  setFlagsFromString('--heap-growing-percent=10')
  setFlagsFromString('--optimize-for-size')
}

/** Bytes that the young generation gets from `makeRoomForRows`. More costs memory and saves little (bench/README.md). */
const YOUNG_GENERATION = 8 * 1024 * 1024
/** Rows from which on it is worth it, and how often it is looked at: V8 takes the room back where little is allocated for a while. */
const MANY_ROWS = 5000
/** Objects that are kept alive at a time to make it grow, and how often at most. */
const KEPT = 20_000
const MOST_ROUNDS = 20

/**
 * To be called for each row of a loop that goes over very many, with its number: every so many rows, it sees to it that the young generation has
 * 8 MB instead of 1 MB.
 *
 * Why: each row is garbage after it was written. With 1 MB, V8 collects a thousand times a second, which is a third of all CPU of a large plan.
 * Its size can be set at the start of Node alone; while it runs, V8 lets it grow only where much of it is alive at a collection.
 */
export function makeRoomForRows(row: number): void {
  if (row % MANY_ROWS !== 0 || row === 0 || youngGeneration() >= YOUNG_GENERATION) return
  setFlagsFromString('--semi-space-growth-factor=2')
  for (let round = 0; round < MOST_ROUNDS && youngGeneration() < YOUNG_GENERATION; round++)
    Array.from({ length: KEPT }, (_, at) => ({ at }))
  setFlagsFromString('--semi-space-growth-factor=1')
}

const youngGeneration = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? YOUNG_GENERATION
