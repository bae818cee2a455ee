import { defineCommand } from '../../sdk/cli/command.ts'
import { STATE_FIELDS } from './state-file.ts'

export const resumeCommand = defineCommand({
  name: 'scim resume',
  summary: 'go on where scim pause stopped; nothing has been forgotten',
  fields: STATE_FIELDS,
  async run(call) {
    const { resume } = await import('./leave-a-word.ts')
    return resume(call, call.config)
  },
})
