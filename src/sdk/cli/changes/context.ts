import type { Connector } from '../../contract/connector.ts'
import type { ProvisionCall } from '../../contract/provisioner.ts'
import type { RunConfig } from '../../settings/catalog.ts'
import type { Ambient } from '../ambient.ts'
import type { Invocation, Io } from '../io.ts'
import type { Reporter } from './reporter.ts'

/** What a command that changes something works with, whatever it changes. */
export interface ChangeRun {
  readonly connector: Connector
  readonly config: RunConfig
  readonly io: Io
  readonly ambient: Ambient
  readonly invocation: Invocation
  readonly dryRun: boolean
  readonly call: ProvisionCall
  readonly reporter: Reporter
}
