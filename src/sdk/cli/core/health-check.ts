import type { Product } from '../product.ts'
import { LOOK_AT_A_DAEMON, type WatchCommand } from './core-command.ts'

export const healthCheckCommand = ({ program, source }: Product): WatchCommand => ({
  name: 'health-check',
  summary: 'ask the health server of the daemon, for probes',
  heading: LOOK_AT_A_DAEMON,
  settings: ['health-check-port', 'health-check-bind-address'],
  common: ['config'],
  flags: [
    {
      name: 'endpoint',
      kind: 'string',
      displayName: 'Endpoint',
      description: `What to ask; health also tries endpoint and key of ${source}`,
      allowed: ['health', 'ready', 'live'],
      default: 'health',
      sources: ['flag'],
    },
    {
      name: 'timeout',
      kind: 'int',
      displayName: 'Timeout',
      description: 'Seconds to wait for the answer',
      min: 1,
      max: 300,
      default: 5,
      sources: ['flag'],
    },
  ],
  examples: `Exit codes: 0 yes, 4 no answer in time, 14 no, or nobody listens.

Examples:
  ${program} health-check --endpoint ready
  ${program} health-check --endpoint live --timeout 2`,
  run: async ({ config, invocation }) =>
    (await import('../commands/health-check.ts')).runHealthCheck(config, invocation.flags),
})
