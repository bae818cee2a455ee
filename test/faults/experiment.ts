import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Sleep } from '../../src/sdk/ground/ports.ts'
import type { SnapshotRows } from '../support/snapshot-rows.ts'
import type { truthOf } from '../tenant/tenant-truth.ts'
import { seededRandom } from '../tenant/random.ts'

export type Random = (below: number) => number

/** One run of an experiment. */
export interface Trial {
  readonly random: Random
  /** Empty, and gone at the end of the run. */
  readonly folder: string
  /** Called at the end of the run, last first. */
  readonly atEnd: (cleanUp: () => void | Promise<void>) => void
}

export interface Experiment {
  readonly name: string
  /** What must hold in every run, as users are told. */
  readonly promise: string
  readonly runs: number
  /** Why it cannot be done on this machine; absent where it can. */
  readonly impossible?: string
  /** How the run ended, in a few words that are counted. Errors: `BrokenPromise`. */
  readonly run: (trial: Trial) => Promise<string>
}

/** The promise of an experiment did not hold. */
export class BrokenPromise extends Error {}

export function hold(condition: boolean, what: string): void {
  if (!condition) throw new BrokenPromise(what)
}

export interface Result {
  readonly name: string
  readonly promise: string
  readonly runs: number
  readonly endings: ReadonlyMap<string, number>
  /** Seed and reason of each run in which the promise did not hold, or that could not be judged. */
  readonly broken: readonly string[]
  readonly seconds: number
}

/** Carries out the first `runs` runs; run number `i` has the seed `seed + i`, so that one of them can be repeated alone. */
export async function carryOut(experiment: Experiment, seed: number, runs = experiment.runs): Promise<Result> {
  const endings = new Map<string, number>()
  const broken: string[] = []
  const started = performance.now()
  for (let i = 0; i < runs; i++) {
    const cleanUps: (() => void | Promise<void>)[] = []
    const folder = mkdtempSync(join(tmpdir(), 'baton-faults-'))
    try {
      const ending = await experiment.run({
        random: seededRandom(seed + i),
        folder,
        atEnd: (cleanUp) => void cleanUps.push(cleanUp),
      })
      endings.set(ending, (endings.get(ending) ?? 0) + 1)
    } catch (error) {
      broken.push(`seed ${seed + i}: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      for (const cleanUp of cleanUps.toReversed()) await cleanUp()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const { name, promise } = experiment
  return { name, promise, runs, endings, broken, seconds: Math.round((performance.now() - started) / 1000) }
}

/** Time in which every wait is over at once. */
export function hurriedTime(): { readonly clock: Clock; readonly sleep: Sleep } {
  let skippedMs = 0
  return {
    clock: {
      now: () => new Date(Date.now() + skippedMs),
      monotonicMs: () => performance.now() + skippedMs,
    },
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      skippedMs += ms
    },
  }
}

type Truth = ReturnType<typeof truthOf>

/** Whether a snapshot shows exactly this. */
export const shows = ({ resources, entitlements, grants }: SnapshotRows, truth: Truth): boolean =>
  JSON.stringify({ resources, entitlements, grants }) === JSON.stringify(truth)

export const oneOf = <T>(random: Random, all: readonly T[]): T => all[random(all.length)] as T
