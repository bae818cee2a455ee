export type { CommandOutput as Output } from '../cli/command.ts'
