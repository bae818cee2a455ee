import type { ResourceId } from '../../model/model.ts'
import type { Touched } from './reporter.ts'

/** Up to this many holders of one resource are read by themselves; of more, the resource's own list is read. */
const MOST_HOLDERS_READ = 10

export interface UpdatePlan {
  /** To be read again, each once. */
  readonly resources: readonly ResourceId[]
  /** Those of them whose holders are all read again. */
  readonly withHolders: readonly ResourceId[]
}

/** What to read again after changes, with few requests: one for a resource, and a hundred holders in one where a whole list is read. */
export function updatePlan(places: readonly Touched[]): UpdatePlan {
  const resources = new Map<string, ResourceId>()
  const withHolders: ResourceId[] = []
  for (const [key, ofResource] of Map.groupBy(places, ({ resource }) => keyOf(resource))) {
    const [first] = ofResource
    if (!first) continue
    resources.set(key, first.resource)
    const holders = new Map(ofResource.flatMap(({ holder }) => (holder ? [[keyOf(holder), holder] as const] : [])))
    if (holders.size > MOST_HOLDERS_READ) withHolders.push(first.resource)
    else for (const [holderKey, holder] of holders) resources.set(holderKey, holder)
  }
  return { resources: [...resources.values()], withHolders }
}

const keyOf = ({ type, id }: ResourceId): string => JSON.stringify([type, id])
