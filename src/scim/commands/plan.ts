import { resolve } from 'node:path'
import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'
import { HTML, OUT, PLAN_OUTPUT } from './fields.ts'

export const planCommand = defineCommand({
  name: 'scim plan',
  summary: 'show what would change at the target, and change nothing',
  fields: [...SCIM_FIELDS, OUT, HTML, PLAN_OUTPUT],
  examples: `Exit codes: 0 for a plan, also where nothing is to be done; 10 where objects are in conflict or something was not read in full.`,
  async run(call) {
    const { runPlan } = await import('./run-plan.ts')
    const { out, html } = call.config
    const inside = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : resolve(call.process.cwd, path)
    return runPlan(call, call.config, { form: call.config.output, out: inside(out), html: inside(html) })
  },
})
