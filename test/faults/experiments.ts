import { faultedBulks } from './bulks.ts'
import { fullDisks } from './disks.ts'
import type { Experiment } from './experiment.ts'
import { kills } from './kills.ts'
import { steadyMovement } from './steady.ts'
import { faultMix, hostileFiles, movingData } from './syncs.ts'

/** Everything that `npm run test:faults` repeats; docs/reliability.md has the figures. */
export const experiments: readonly Experiment[] = [
  faultMix(0.15, 100),
  faultMix(0.35, 60),
  movingData,
  steadyMovement,
  faultedBulks,
  hostileFiles,
  fullDisks,
  kills,
]
