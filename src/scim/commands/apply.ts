import { resolve } from 'node:path'
import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'
import { YES } from './fields.ts'

export const applyCommand = defineCommand({
  name: 'scim apply',
  summary: 'show the plan, ask, and bring the target in step with the source',
  arguments: [{ name: 'plan', optional: true }],
  fields: [...SCIM_FIELDS, YES],
  examples: `Without a plan file it plans, shows the plan and asks. With one it carries out that plan, and refuses if source or target has changed since.
Exit codes: 0 done, 10 an object failed, is in conflict, or something was not read in full, 9 deletes wait for scim allow-deletes, or source or target has changed.`,
  async run(call) {
    const { runApply } = await import('./run-apply.ts')
    const [file] = call.words
    return runApply(call, call.config, {
      yes: call.config.yes,
      file: file === undefined ? undefined : resolve(call.process.cwd, file),
    })
  },
})
