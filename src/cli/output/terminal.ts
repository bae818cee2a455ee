export type { CommandOutput as Output } from '../../sdk/command.ts'
