import type { DatabaseSync } from 'node:sqlite'
import type { Clock, Logger, RandomBytes, Sleep } from '../../sdk/ground/ports.ts'
import type { Policy } from '../plan/policy.ts'
import type { Source } from '../source.ts'
import type { Meta } from '../state/meta.ts'
import type { Operations } from '../state/operations.ts'
import type { SourceImage } from '../state/source-image.ts'
import type { TargetImage } from '../state/target-image.ts'
import type { Target } from '../target/target.ts'

/** Where a cycle is. */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total?: number | undefined
}

/** All that a cycle works with. */
export interface Engine {
  readonly database: DatabaseSync
  readonly meta: Meta
  readonly sourceImage: SourceImage
  readonly targetImage: TargetImage
  readonly operations: Operations
  readonly source: Source
  readonly target: Target
  readonly policy: Policy
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: RandomBytes
  readonly log: Logger
  readonly onProgress: (progress: Progress) => void
}
