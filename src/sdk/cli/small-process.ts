import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the process small at no measurable cost in time (bench/README.md). To be called before anything else.
 *
 * Why: a sync makes its garbage page by page, and the young generation that V8 would let grow for it costs 20–25 MB at a million memberships.
 * V8's last compiler, with what it reads and writes, costs a daemon 7 MB that idles; only what is called very often is left to it.
 */
export function keepProcessSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--invocation-count-for-turbofan=100000')
}
