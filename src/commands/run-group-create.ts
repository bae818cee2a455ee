import { hasCreator } from '../sdk/contract/provisioner.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { requirePart } from '../sdk/provision/require-part.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'

/** `group create NAME`. */
export const groupCreateCommand: ChangeRunner = (context) =>
  createResource(context, 'group', context.invocation.words[0] ?? '')

/** Creates a resource by name. Errors: `already-exists` where one has the name. */
export function createResource(context: ChangeContext, type: string, name: string): Promise<void> {
  const creator = requirePart(context.connector, type, hasCreator, 'created')
  return runSingle(context, {
    operation: `${type} create`,
    name,
    settled: 'already-exists',
    plan: (call) => creator.planCreate(name, call),
    apply: async (call) => ({ outcome: 'created', resource: (await creator.create(name, call)).id }),
  })
}
