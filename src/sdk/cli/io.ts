import type { Logger } from '../ground/ports.ts'
import type { Secret } from '../ground/secret.ts'
import type { RunConfig } from '../settings/catalog.ts'
import type { Output } from '../text/terminal.ts'
import type { StatusLine } from './output/status-line.ts'
import type { ToldErrors } from './told-errors.ts'

/** What a command may use besides its settings. Everything written through it has known secrets taken out. */
export interface Io {
  readonly stdout: Output
  /** Whole lines for people; they pass above the status line. */
  readonly stderr: Output
  /** The progress line on stderr, if that is a terminal. */
  readonly status: StatusLine
  readonly log: Logger
  /** The same log, of every level. */
  readonly verboseLog: Logger
  /** Failures that are on stdout already. */
  readonly told: ToldErrors
  /** See `ResolvedConfig.reread`. */
  readonly reread: (name: string) => Promise<Secret | undefined>
  /** Where a setting stands that did not come by its own flag, for the advice in errors. @default its flag is named */
  readonly setIn?: (name: string) => string | undefined
}

/** The subcommand as it was called; without one, a flag of Go connectors asks for the change. */
export interface Invocation {
  readonly command: string | undefined
  readonly words: readonly string[]
  /** The subcommand's own flags that were given. */
  readonly flags: ReadonlyMap<string, string>
}

/** One tenant of several: its own settings in place of those of the connection. */
export interface TenantRun<C extends RunConfig = RunConfig> {
  readonly name: string
  readonly config: C
  /** See `ResolvedConfig.reread`. */
  readonly reread: (name: string) => Promise<Secret | undefined>
  /** Where in the file of tenants a setting stands. */
  readonly setIn: (name: string) => string | undefined
}
