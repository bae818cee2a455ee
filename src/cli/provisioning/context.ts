import type { OpenTwingate } from '../open-twingate.ts'
import type { Ambient } from '../ambient.ts'
import type { Invocation, Io } from '../program.ts'
import type { Config } from '../settings.ts'
import type { ProvisionCall } from '../../sdk/provisioner.ts'
import type { References } from './references.ts'
import type { Reporter } from './reporter.ts'

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
