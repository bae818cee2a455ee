import type { Connector } from '../../src/sdk/contract/connector.ts'
import type { HolderChange, Provisioner } from '../../src/sdk/contract/provisioner.ts'
import type { ResourceSyncer } from '../../src/sdk/contract/syncer.ts'

export interface ToyPlan {
  /** Before the sync begins. */
  readonly validate?: (signal: AbortSignal) => Promise<void>
  /** While a change is sent; it is made when this resolves. */
  readonly apply?: (change: HolderChange, signal: AbortSignal) => Promise<void>
}

export interface ToyConnector {
  readonly connector: Connector
  /** Who is a member of what: `group user`. */
  readonly members: ReadonlySet<string>
  /** Most changes of one membership that were in flight together. */
  readonly mostAtOnce: () => number
  /** Writes in the order in which they ended. */
  readonly writes: readonly string[]
}

/** A source in memory with groups of anybody: what takes time or fails is up to the test. */
export function createToyConnector({ validate = async () => {}, apply = async () => {} }: ToyPlan = {}): ToyConnector {
  const members = new Set<string>()
  const running = new Map<string, number>()
  const writes: string[] = []
  let most = 0
  const keyOf = ({ resource, principal }: HolderChange): string => `${resource.id} ${principal.id}`

  const groups: ResourceSyncer & Provisioner = {
    type: { id: 'group', displayName: 'Group', description: '', traits: ['group'], skipEntitlementsAndGrants: false },
    list: async () => ({ resources: [], entitlements: [], grants: [] }),
    mostPerWrite: 10,
    plan: async (changes) =>
      changes.map((change) => {
        const holds = members.has(keyOf(change))
        const [state, other] = holds ? ['member', 'not a member'] : ['not a member', 'member']
        return holds === (change.kind === 'grant')
          ? { change, verdict: 'settled', state }
          : { change, verdict: 'needed', before: state, after: other }
      }),
    async apply(changes, { signal }) {
      for (const change of changes) {
        const key = keyOf(change)
        running.set(key, (running.get(key) ?? 0) + 1)
        most = Math.max(most, running.get(key) ?? 0)
        try {
          await apply(change, signal)
        } finally {
          running.set(key, (running.get(key) ?? 0) - 1)
        }
        if (change.kind === 'grant') members.add(key)
        else members.delete(key)
        writes.push(key)
      }
    },
  }
  return {
    members,
    writes,
    mostAtOnce: () => most,
    connector: {
      name: 'toy',
      source: 'toy',
      metadata: { displayName: 'Toy', description: '', helpUrl: '' },
      syncers: [groups],
      actions: [],
      validate: ({ signal }) => validate(signal),
    },
  }
}

export const toyGrant = (group: string, user: string) =>
  ({
    kind: 'grant',
    entitlement: { id: `group:${group}:member`, slug: 'member', resource: { type: 'group', id: group } },
    principal: { type: 'user', id: user },
  }) as const
