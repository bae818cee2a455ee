import type { Command } from '../../sdk/cli/command.ts'
import { accessCommand } from './access.ts'
import { checkCommand } from './check.ts'
import { diffCommand } from './diff.ts'
import { exportCommand } from './export.ts'
import { lintCommand } from './lint.ts'
import { listCommand } from './list.ts'
import { reportCommand } from './report.ts'
import { sanitizeCommand } from './sanitize.ts'
import { showCommand } from './show.ts'
import { whoCanCommand } from './who-can.ts'

/** The commands that read a snapshot, in the order of the help. Each loads what it needs when it runs. */
export const READER_COMMANDS: readonly Command[] = [
  listCommand,
  showCommand,
  accessCommand,
  whoCanCommand,
  diffCommand,
  checkCommand,
  reportCommand,
  lintCommand,
  sanitizeCommand,
  exportCommand,
]
