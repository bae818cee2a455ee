import type { ProgramName } from '../ground/program-name.ts'
import type { CommandShape } from './command-shape.ts'

export const ENDPOINTS = ['health', 'ready', 'live'] as const

const HEADING = 'Look at a program that keeps running'

/** Commands that look at a daemon on the same machine. */
export const watchCommands = ({ program, source }: ProgramName): readonly CommandShape[] => [
  {
    name: 'status',
    summary: 'say what the daemon on this machine does',
    heading: HEADING,
    settings: ['state-dir', 'client-id', 'file'],
    common: ['tenants', 'shard', 'c1z-temp-dir', 'config', 'output'],
    examples: `The daemon is the one with this --state-dir, else with this --client-id, or
--file and --c1z-temp-dir.
Exit codes: 0 connected, 5 it does not run, 14 it runs and is not connected.

Examples:
  ${program} status --output json | jq .tasks`,
  },
  {
    name: 'health-check',
    summary: 'ask the health server of the daemon, for probes',
    heading: HEADING,
    settings: ['health-check-port', 'health-check-bind-address'],
    common: ['config'],
    flags: [
      {
        name: 'endpoint',
        kind: 'string',
        displayName: 'Endpoint',
        description: `What to ask; health also tries endpoint and key of ${source}`,
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
    examples: `Exit codes: 0 yes, 4 no answer in time, 14 no, or nobody listens.

Examples:
  ${program} health-check --endpoint ready
  ${program} health-check --endpoint live --timeout 2`,
  },
]
