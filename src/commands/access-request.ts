import { byId } from './by-id.ts'
import { CHANGE, type ChangeCommand } from './change-command.ts'

const request = (verb: string, summary: string, outcomes: readonly [string, string]): ChangeCommand =>
  byId({ family: 'access-request', verb, summary, id: 'QWNjZXNzUmVxdWVzdDox', outcomes })

/** The commands of requests for access, in the order of the help. */
export const ACCESS_REQUEST_COMMANDS: readonly ChangeCommand[] = [
  {
    name: 'access-request list',
    summary: 'list the requests for access that wait for a decision',
    ...CHANGE,
    examples: 'Examples:\n  baton-twingate access-request list --output json',
    load: async () => (await import('./run-access-request-list.ts')).accessRequestListCommand,
  },
  request('approve', 'give the access that a user asks for', ['approved', 'already-approved']),
  request('reject', 'refuse the access that a user asks for', ['rejected', 'already-rejected']),
]
