import type { ServeAmbient } from '../ambient.ts'
import type { CommandShape, Grammar } from '../command-shape.ts'
import type { Invocation, Io, TenantRun } from '../io.ts'
import type { Product } from '../product.ts'
import type { RunConfig, TenantsConfig, WatchConfig } from '../../settings/catalog.ts'
import type { Field } from '../../settings/field.ts'
import type { Rule } from '../../settings/resolve-config.ts'

/** What the commands of every connector take from the process. */
export interface CoreAmbient extends ServeAmbient {
  readonly isAlive: (pid: number) => boolean
}

interface Call {
  readonly product: Product
  readonly ambient: CoreAmbient
  readonly invocation: Invocation
}

/** One call of what asks the source. Its settings are resolved, its log is open. */
export interface SourceCall<Config = RunConfig> extends Call {
  readonly config: Config
  readonly io: Io
}

/** The same for several tenants; `config` is what they have in common. */
export interface TenantsCall<Config extends RunConfig = RunConfig, Common = TenantsConfig> extends SourceCall<Common> {
  readonly tenants: readonly TenantRun<Config>[]
}

/** One call of what looks at a daemon from outside. */
export interface WatchCall extends Call {
  readonly config: WatchConfig
  readonly io: Pick<Io, 'stdout' | 'stderr'>
}

/** What is done with settings and a log. It gives the exit code. Errors: any `ConnectorError`, which the program prints. */
export interface Work {
  run(call: SourceCall): Promise<number>
  /** Absent where it is never done for several tenants. */
  readonly ofTenants?: (call: TenantsCall) => Promise<number>
}

/**
 * Asks the source. Like the two below it is a command that every connector has, as one value: words, help, what it reads, and what it does, which is
 * loaded when it is called.
 */
export interface SourceCommand extends CommandShape, Work {
  /** What it reads beside the connector's own settings. */
  readonly reads: readonly Field[]
  /** Conditions between them. @default none */
  readonly rules?: readonly Rule[]
}

/** Looks at a daemon: keeps no log and needs no key. */
export interface WatchCommand extends CommandShape {
  run(call: WatchCall): Promise<number>
}

/** Prints what the program is and reads no settings. */
export interface DescribeCommand extends CommandShape {
  /** `undefined` where the words ask for nothing that there is. */
  text(call: {
    readonly product: Product
    readonly grammar: Grammar
    readonly words: readonly string[]
  }): Promise<string | undefined>
}

/** What commands stand under in the help. */
export const LOOK_AT_A_DAEMON = 'Look at a program that keeps running'
export const FOR_TOOLS = 'For shells, tools and people'
