import { defineCommand } from '../../sdk/cli/command.ts'
import { STATE_FIELDS } from './state-file.ts'

export const pauseCommand = defineCommand({
  name: 'scim pause',
  summary: 'start no further cycle until scim resume; one that runs comes to its end',
  fields: STATE_FIELDS,
  async run(call) {
    const { pause } = await import('./leave-a-word.ts')
    return pause(call, call.config)
  },
})
