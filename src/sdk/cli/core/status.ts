import type { Product } from '../product.ts'
import { LOOK_AT_A_DAEMON, type WatchCommand } from './core-command.ts'

export const statusCommand = ({ program }: Product): WatchCommand => ({
  name: 'status',
  summary: 'say what the daemon on this machine does',
  heading: LOOK_AT_A_DAEMON,
  settings: ['state-dir', 'client-id', 'file'],
  common: ['tenants', 'shard', 'c1z-temp-dir', 'config', 'output'],
  examples: `The daemon is the one with this --state-dir, else with this --client-id, or
--file and --c1z-temp-dir.
Exit codes: 0 connected, 5 it does not run, 14 it runs and is not connected.

Examples:
  ${program} status --output json | jq .tasks`,
  async run({ ambient, config, io }) {
    const { printStatus } = await import('../commands/status.ts')
    return printStatus(config, io, { ...ambient, now: () => ambient.clock.now() })
  },
})
