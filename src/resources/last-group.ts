import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { readReached, type ReachedResource } from './access-lookup.ts'
import { resourcesOfGroups } from './group-resources.ts'

/** The groups that reach a resource, by id. */
export const groupsThatReach = ({ edges }: Pick<ReachedResource, 'edges'>): ReadonlySet<string> =>
  new Set([...edges].flatMap(([id, { node }]) => (node.kind === 'Group' ? [id] : [])))

/** More names than anybody reads in one sentence. */
const MOST_NAMED = 5

/** What to confirm before resources lose their last group, as `PlannedChange.concern`. */
export function leftWithoutGroups(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => JSON.stringify(name))
  const rest = names.length - shown.length
  const listed = rest > 0 ? `${shown.join(', ')} and ${rest.toLocaleString('en-US')} more` : shown.join(', ')
  return names.length === 1
    ? `${listed} is left without any group, and no user reaches it then`
    : `${listed} are left without any group, and no user reaches them then`
}

/**
 * Names of the resources that no group but this one reaches.
 *
 * Errors: as `client.query`, also where a single resource cannot be read: then it may be one of them.
 */
export async function reachedOnlyBy(
  client: TwingateClient,
  group: string,
  call: ClientCall,
): Promise<readonly string[]> {
  const [reached = []] = await resourcesOfGroups(client, [group], call)
  const resources = await readReached(
    client,
    reached.map(({ id }) => id),
    call,
  )
  return [...resources.values()].flatMap((resource) => {
    if (ConnectorError.is(resource)) throw resource
    const others = [...groupsThatReach(resource)].filter((id) => id !== group)
    return others.length === 0 ? [resource.name] : []
  })
}
