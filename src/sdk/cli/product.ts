import type { Connector } from '../contract/connector.ts'
import type { SourceTraffic } from '../contract/traffic.ts'
import type { ProgramName } from '../ground/program-name.ts'
import type { Transport } from '../http/transport.ts'
import type { RunConfig } from '../settings/catalog.ts'
import type { Field } from '../settings/field.ts'
import type { Rule } from '../settings/resolve-config.ts'
import type { TenantSettings } from '../settings/tenants/open-tenants.ts'
import type { Ambient } from './ambient.ts'
import type { Command } from './command.ts'
import type { CommandShape, FieldGroup } from './command-shape.ts'
import type { Invocation, Io } from './io.ts'

/** What a run wants to know of the connector's requests. */
export interface SourceObservers {
  /** Told when the rate limit holds requests back, with the moment they go on. */
  readonly onWait?: (until: Date) => void
  /** Sees every exchange. @default the transport as it is */
  readonly around?: (transport: Transport) => Transport
}

/** A connector that is ready to read. Nothing is sent yet. */
export interface OpenSource {
  readonly connector: Connector
  readonly traffic: () => SourceTraffic
  /** Which tenant this is: a short name, and the address that is asked. */
  readonly place: { readonly network: string; readonly url: string }
}

/** Commands that change something at the source, beside the flags that every connector has. */
export interface ChangeCommands {
  readonly shapes: readonly CommandShape[]
  /** Carries out the subcommand, or the flags of Go connectors. */
  readonly run: (ambient: Ambient) => Promise<(config: RunConfig, io: Io, invocation: Invocation) => Promise<number>>
}

/** A connector as a program: everything that `runConnector` needs to know. Parts are loaded when a run needs them. */
export interface Product extends ProgramName {
  /** For the help: what the program is for, in one sentence. */
  readonly description: string
  /** Shown below the help. */
  readonly examples: string
  /** The connector's own settings, such as its address and key. */
  readonly fields: readonly Field[]
  /** Names of those that say where to read and with which key. Every command that asks the source has them. */
  readonly connection: readonly string[]
  /** Reads that the source allows in a minute, for the estimate of a sync; so many go without waiting. @default the estimate names no time */
  readonly readsAMinute?: number
  /** Which of its settings a tenant of `--tenants` fills in. @default the program works for one tenant at a time */
  readonly tenants?: TenantSettings
  /** How the help groups the others. @default none */
  readonly groups?: readonly FieldGroup[]
  /** Conditions between settings. @default none */
  readonly rules?: readonly Rule[]
  /** What the commands of two words with the same first word have in common. @default none */
  readonly families?: Readonly<Record<string, string>>
  /** A connector that is only asked what it is, never to read anything: needs no settings. */
  readonly describe: () => Promise<Connector>
  /**
   * The connector as the settings describe it. `config` also holds the connector's own settings.
   *
   * Errors: `invalid-argument` for settings that do not go together.
   */
  readonly open: (
    config: RunConfig,
    ambient: Ambient,
    io: Pick<Io, 'reread' | 'log' | 'setIn'>,
    observers?: SourceObservers,
  ) => Promise<OpenSource>
  /** @default none */
  readonly changes?: ChangeCommands
  /** Commands that are one value each and read settings of their own. @default none */
  readonly commands?: readonly Command[]
}
