import type { Command } from '../../sdk/command.ts'
import { applyCommand } from './apply.ts'
import { planCommand } from './plan.ts'

/** The commands of SCIM provisioning, in the order of the help. Each loads what it needs when it runs. */
export const SCIM_COMMANDS: readonly Command[] = [planCommand, applyCommand]
