import type { OpenTwingate } from '../connector/open-twingate.ts'
import type { Ambient } from '../sdk/cli/ambient.ts'
import type { Invocation, Io } from '../sdk/cli/program.ts'
import type { Config } from '../connector/settings.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { References } from './names/find.ts'
import type { Reporter } from '../sdk/cli/changes/reporter.ts'

/** What a command that changes something works with. */
export interface ChangeContext extends OpenTwingate {
  readonly config: Config
  readonly io: Io
  readonly ambient: Ambient
  readonly invocation: Invocation
  readonly dryRun: boolean
  readonly call: ProvisionCall
  readonly references: References
  readonly reporter: Reporter
}

/** Carries out one command to its end. Errors: the first refusal or failure, after everything was reported. */
export type ChangeCommand = (context: ChangeContext) => Promise<void>
