import type { CommandShape } from '../command-shape.ts'
import type { Product } from '../product.ts'
import { capabilitiesCommand } from './capabilities.ts'
import { change } from './change.ts'
import { completionCommand } from './completion.ts'
import { configCommand } from './config.ts'
import { type DescribeCommand, FOR_TOOLS, type SourceCommand, type WatchCommand, type Work } from './core-command.ts'
import { daemon } from './daemon.ts'
import { healthCheckCommand } from './health-check.ts'
import { statusCommand } from './status.ts'
import { syncCommand } from './sync.ts'
import { validateCommand } from './validate.ts'

/** What every connector does, in the order of its help. */
export interface Core {
  readonly source: readonly SourceCommand[]
  readonly watch: readonly WatchCommand[]
  readonly describe: readonly DescribeCommand[]
  readonly daemon: Work
  readonly change: Work
}

export const coreOf = (product: Product): Core => ({
  source: [syncCommand(product), validateCommand(product)],
  watch: [statusCommand(product), healthCheckCommand(product)],
  describe: [capabilitiesCommand, configCommand, completionCommand],
  daemon,
  change,
})

/** Answered where the command line is read. */
export const QUESTIONS: readonly CommandShape[] = [
  { name: 'version', summary: 'print the version', heading: FOR_TOOLS },
  { name: 'help', summary: 'print help, also about one command', heading: FOR_TOOLS },
]
