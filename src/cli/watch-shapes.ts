import type { CommandShape } from '../sdk/command-shape.ts'

export const ENDPOINTS = ['health', 'ready', 'live'] as const

/** Commands that look at a daemon on the same machine. */
export const WATCH_COMMANDS: readonly CommandShape[] = [
  {
    name: 'status',
    summary: 'say what the daemon on this machine does',
    examples: `Settings read: --state-dir, else --client-id or --file and --c1z-temp-dir, as the daemon has them; --output.
Exit codes: 0 it runs and is connected, 5 it does not run, 14 it runs and is not connected.

Examples:
  baton-twingate status --state-dir /var/lib/baton-twingate
  baton-twingate status --output json | jq .tasks`,
  },
  {
    name: 'health-check',
    summary: 'ask the health server of the daemon, for probes',
    flags: [
      {
        name: 'endpoint',
        kind: 'string',
        displayName: 'Endpoint',
        description: 'What to ask; health also tries endpoint and key of Twingate',
        allowed: ENDPOINTS,
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
    examples: `Settings read: --health-check-port and --health-check-bind-address, as the daemon has them.
Exit codes: 0 yes, 4 no answer in time, 14 no, or nobody listens.

Examples:
  baton-twingate health-check --endpoint ready
  baton-twingate health-check --endpoint live --timeout 2`,
  },
]
