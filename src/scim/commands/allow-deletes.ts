import { defineCommand } from '../../sdk/cli/command.ts'
import { STATE_FIELDS } from './state-file.ts'

export const allowDeletesCommand = defineCommand({
  name: 'scim allow-deletes',
  summary: 'approve the disables and deletes that are held because there are so many',
  fields: STATE_FIELDS,
  examples: `The next cycle, or scim apply, carries them out: those that wait now and no others. scim plan shows them.
Exit codes: 0, 5 where nothing waits.`,
  async run(call) {
    const { allowDeletes } = await import('./leave-a-word.ts')
    return allowDeletes(call, call.config)
  },
})
