import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8's heap grow by at most half beyond what is in use before it looks for garbage. For programs that keep running.
 *
 * Why: V8 would let a small heap grow fourfold between two collections, so that a daemon with much to do holds on to twice the memory of an
 * idle one. Collections that come sooner cost no measurable time (bench/README.md).
 */
export const keepHeapSteady = (): void => setFlagsFromString('--heap-growing-percent=50')
