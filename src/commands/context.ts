import type { OpenTwingate } from '../connector/open-twingate.ts'
import type { Config } from '../connector/settings.ts'
import type { References } from './names/find.ts'
import type { ChangeRun } from '../sdk/cli/changes/context.ts'

/** What a command that changes something works with. */
export interface ChangeContext extends OpenTwingate, ChangeRun {
  readonly config: Config
  readonly references: References
}

/** Carries out one command to its end. Errors: the first refusal or failure, after everything was reported. */
export type ChangeRunner = (context: ChangeContext) => Promise<void>
