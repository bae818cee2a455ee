import { ConnectorError } from '../ground/errors.ts'
import type { Action } from '../contract/provisioner.ts'

/** The action of a name. Errors: `not-found`, with the names there are. */
export function findAction(actions: readonly Action[], name: string): Action {
  const action = actions.find((candidate) => candidate.name === name)
  if (action) return action
  throw new ConnectorError(
    'not-found',
    'find action',
    `there is no action ${JSON.stringify(name.slice(0, 60))}; there are ${actions.map((candidate) => candidate.name).join(', ')}`,
  )
}
