import { setFlagsFromString } from 'node:v8'

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
