import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

/** A program to measure: this checkout's, or that of another one that `--beside DIR` names. */
export interface Subject {
  readonly name: 'here' | 'beside'
  /** The built program where it was built (`npm run build`), else the sources. */
  readonly main: string
}

/** What is measured in one run, by turns. Build both before, or neither: a built program starts faster. */
export function subjects(): readonly Subject[] {
  const { values } = parseArgs({ options: { beside: { type: 'string' } }, strict: false })
  const here = join(import.meta.dirname, '..')
  return [
    { name: 'here', main: mainOf(here) },
    ...(typeof values['beside'] === 'string'
      ? [{ name: 'beside', main: mainOf(resolve(values['beside'])) } as const]
      : []),
  ]
}

function mainOf(root: string): string {
  const built = join(root, 'dist/cmd/baton-twingate/main.js')
  return existsSync(built) ? built : join(root, 'cmd/baton-twingate/main.ts')
}

/** One line about where and when figures were made. */
export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? '?'}, ${new Date().toISOString()}`

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** A ratio as people read it: `1/7.0` below one, else `1.60`. */
export const part = (ratio: number): string => (ratio < 1 ? `1/${(1 / ratio).toFixed(1)}` : ratio.toFixed(2))
