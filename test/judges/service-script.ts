import type { BatonPeer } from './baton-peer.ts'
import type { TaskJson } from './peer-commands.ts'
import type { RunningDaemon } from './running-daemon.ts'
import type { Fault, PeerCommand } from './peer-commands.ts'

/** A daemon to be judged, and tasks over what its connector knows. */
export interface ServiceSubject {
  readonly name: string
  start(peer: BatonPeer, options: SubjectOptions): RunningDaemon
  readonly tasks: SubjectTasks
  /** Names of files that are to stay in its folder. */
  readonly stays: readonly string[]
  /** Milliseconds with nothing but good polls after which no more is expected of it. */
  readonly patienceMs: number
  /** Milliseconds after which a script is over in any case. */
  readonly limitMs: number
}

export interface SubjectOptions {
  /** Folder for its files. */
  readonly temp: string
  readonly provisioning: boolean
  /** A full sync takes about four seconds, in several pages. */
  readonly slowPages: boolean
  /** A change takes more than a second. */
  readonly slowChanges: boolean
}

export interface SubjectTasks {
  /** Each number gives access that is not there yet to somebody else. */
  grant(number: 0 | 1 | 2): TaskJson
  /** Access that is there. */
  revoke(): TaskJson
  createAccount(): TaskJson
  /** Somebody who can be deleted. */
  deleteUser(): TaskJson
  /** A principal that is not there. */
  grantToNobody(): TaskJson
}

/** What a script can see and do while it runs. */
export interface Stage {
  readonly peer: BatonPeer
  /** Of the script's tasks, in order. */
  readonly ids: readonly string[]
  signal(name: NodeJS.Signals): void
  /** Starts the daemon again in the same folder, after it has ended. */
  startAgain(): Promise<void>
}

/**
 * How a task ended: `success`, `failed <code>`, `retryable <code>` with gRPC's number, `hello` (answered by Hello), `delivered` (nothing was
 * expected), `unfinished`.
 */
export type Ending = string

export interface ServiceScript {
  /** A rule that a good daemon keeps. */
  readonly name: string
  readonly options?: Partial<Omit<SubjectOptions, 'temp'>>
  /** Told to the service before the daemon starts. */
  readonly before?: readonly PeerCommand[]
  readonly faults?: readonly Fault[]
  tasks(of: SubjectTasks): readonly TaskJson[]
  /** The tasks are of a kind to come. */
  readonly isFuture?: boolean
  during?(stage: Stage): Promise<void>
  /** For each task the endings that are right. */
  readonly wanted: readonly (readonly Ending[])[]
  /** Where the daemon ends by itself: its exit codes that are right. Else it is to stay. */
  readonly exits?: 'zero' | 'not zero'
}

export interface ScriptOutcome {
  readonly endings: readonly Ending[]
  /** Exit code or signal, where the daemon ended by itself. */
  readonly exit?: number | NodeJS.Signals
  /** How many files it left that are not to stay. */
  readonly left: number
  /** Rules it broke. */
  readonly violations: readonly string[]
}

/** Whether what a daemon did in a script is right. */
export function passesScript(script: ServiceScript, outcome: ScriptOutcome): boolean {
  const isExitRight =
    script.exits === undefined
      ? outcome.exit === undefined
      : outcome.exit !== undefined && (outcome.exit === 0) === (script.exits === 'zero')
  return (
    isExitRight &&
    outcome.left === 0 &&
    outcome.violations.length === 0 &&
    outcome.endings.length === script.wanted.length &&
    outcome.endings.every((ending, index) => script.wanted[index]?.includes(ending))
  )
}
