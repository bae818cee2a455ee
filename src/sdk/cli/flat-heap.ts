import { setFlagsFromString } from 'node:v8'

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
