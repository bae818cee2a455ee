import type { Clock, RandomBytes, Sleep } from '../ground/ports.ts'
import type { StatePlace } from '../settings/state-dir.ts'
import type { Ask } from './output/ask.ts'
import type { Paint } from './output/paint.ts'
import type { Style } from './output/summary.ts'

/** What the commands take from the process, so that tests can give their own. */
export interface Ambient {
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: RandomBytes
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal
  readonly version: string
  /** Makes headings of the summary stand out where stdout shows it. */
  readonly style: Style
  /** Colours where stdout and stderr show them. */
  readonly paint: { readonly stdout: Paint; readonly stderr: Paint }
  /** Asks the person at the terminal; `undefined` where there is none. */
  readonly ask: Ask | undefined
  /** Everything on standard input, to its end. */
  readonly stdin: () => Promise<string>
}

/** What a daemon takes from it besides. */
export interface ServeAmbient extends Ambient, StatePlace {
  readonly pid: number
  /** Name of this machine. */
  readonly host: string
}
