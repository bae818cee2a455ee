import type { Connector } from '../contract/connector.ts'
import { ConnectorError } from '../ground/errors.ts'
import type { ResourceSyncer } from '../contract/syncer.ts'
import type { Action } from '../contract/provisioner.ts'

/** The part of a resource type that can do something. Errors: `unimplemented` where it cannot; `verb` ends the sentence "a user cannot be …". */
export function requirePart<T extends object>(
  connector: Connector,
  type: string,
  has: (syncer: object) => syncer is T,
  verb: string,
): ResourceSyncer & T {
  const syncer = connector.syncers.find((candidate) => candidate.type.id === type)
  if (syncer && has(syncer)) return syncer
  throw new ConnectorError('unimplemented', 'provision', `a ${type} cannot be ${verb} here`)
}

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
