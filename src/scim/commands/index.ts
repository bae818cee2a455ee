import type { Command } from '../../sdk/cli/command.ts'
import { allowDeletesCommand } from './allow-deletes.ts'
import { applyCommand } from './apply.ts'
import { driftCommand } from './drift.ts'
import { initCommand } from './init.ts'
import { logCommand } from './log.ts'
import { mapCommand } from './map.ts'
import { onDemandCommand } from './on-demand.ts'
import { pauseCommand } from './pause.ts'
import { planCommand } from './plan.ts'
import { restartCommand } from './restart.ts'
import { resumeCommand } from './resume.ts'
import { runCommand } from './run.ts'
import { statusCommand } from './status.ts'
import { testCommand } from './test.ts'

/** The commands of SCIM provisioning, in the order of the help. Each loads what it needs when it runs. */
export const SCIM_COMMANDS: readonly Command[] = (
  [
    initCommand,
    testCommand,
    planCommand,
    applyCommand,
    mapCommand,
    runCommand,
    onDemandCommand,
    statusCommand,
    logCommand,
    pauseCommand,
    resumeCommand,
    restartCommand,
    allowDeletesCommand,
    driftCommand,
  ] as const
).map((command: Command) => ({ heading: 'Provision over SCIM', ...command }))
