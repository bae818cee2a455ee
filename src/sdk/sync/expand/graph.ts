import { findComponents } from './components.ts'

/**
 * That holders of one entitlement hold another one as well. Entitlements are numbers here, in the byte order of their ids.
 *
 * Source: `c1.connector.v2.GrantExpandable`.
 */
export interface ExpansionEdge {
  readonly source: number
  readonly target: number
  /** Only who holds the source directly. */
  readonly shallow: boolean
  /** Types of the principals that it is for; empty means all. */
  readonly types: readonly string[]
}

/** Everything that flows into one entitlement, to be worked through at once. */
export interface ExpansionStep {
  readonly target: number
  /** One for each source, in the order of the sources. */
  readonly incoming: readonly ExpansionEdge[]
}

export interface ExpansionPlan {
  /** Each step comes after all steps of its sources. */
  readonly steps: readonly ExpansionStep[]
  /** Entitlements that lead to themselves: they pass nothing to each other, and what one of them gets, all get. */
  readonly cycles: readonly (readonly number[])[]
}

/**
 * Puts edges into the order in which they can be worked through, each entitlement once.
 *
 * Shape: edges of one pair are joined: shallow where all are, for the types of all, for every type where one is. Entitlements of a cycle become
 * one node: edges between them vanish, edges into it reach each of them, edges out of it leave each of them, joined in the same way. Steps are
 * ordered by how far they are from the beginning, then by entitlement, so that the same edges always give the same plan.
 * Source: baton-sdk v0.25.0 `pkg/sync/expand/graph.go`, `cycle.go`, `topological_merge.go`; there is no limit to the depth.
 */
export function planExpansion(count: number, edges: readonly ExpansionEdge[]): ExpansionPlan {
  const pairs = joined(edges)
  const components = findComponents(count, pairs)
  const between = joined(
    pairs
      .map((edge) => ({ ...edge, source: components.of(edge.source), target: components.of(edge.target) }))
      .filter(({ source, target }) => source !== target),
  )
  const incoming = Map.groupBy(between, ({ target }) => target)
  const level = levels(components.members.length, incoming)
  const nodes = [...incoming.keys()].sort(
    (a, b) => (level[a] ?? 0) - (level[b] ?? 0) || smallest(components.members, a) - smallest(components.members, b),
  )
  const selfLoops = new Set(pairs.filter(({ source, target }) => source === target).map(({ source }) => source))
  return {
    steps: nodes.flatMap((node) => stepsOf(node, incoming.get(node) ?? [], components.members)),
    cycles: components.members
      .filter((members) => members.length > 1 || selfLoops.has(members[0] ?? -1))
      .toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
  }
}

function stepsOf(
  node: number,
  incoming: readonly ExpansionEdge[],
  members: readonly (readonly number[])[],
): readonly ExpansionStep[] {
  const sources = incoming
    .flatMap((edge) => (members[edge.source] ?? []).map((source) => ({ ...edge, source })))
    .sort((a, b) => a.source - b.source)
  return (members[node] ?? []).map((target) => ({
    target,
    incoming: sources.map((edge) => ({ ...edge, target })),
  }))
}

const smallest = (members: readonly (readonly number[])[], node: number): number => members[node]?.[0] ?? 0

/** One edge for each pair, in the order in which the pairs were met. */
function joined(edges: readonly ExpansionEdge[]): readonly ExpansionEdge[] {
  const bySource = new Map<number, Map<number, ExpansionEdge>>()
  for (const edge of edges) {
    const targets = bySource.get(edge.source) ?? new Map<number, ExpansionEdge>()
    bySource.set(edge.source, targets)
    const other = targets.get(edge.target)
    targets.set(edge.target, other ? both(other, edge) : edge)
  }
  return [...bySource.values()].flatMap((targets) => [...targets.values()])
}

const both = (a: ExpansionEdge, b: ExpansionEdge): ExpansionEdge => ({
  source: a.source,
  target: a.target,
  shallow: a.shallow && b.shallow,
  types: a.types.length === 0 || b.types.length === 0 ? [] : [...new Set([...a.types, ...b.types])],
})

/** The longest way to each node. Components are numbered against the direction of the edges: sources have the higher numbers. */
function levels(count: number, incoming: ReadonlyMap<number, readonly ExpansionEdge[]>): Int32Array {
  const level = new Int32Array(count)
  for (let node = count - 1; node >= 0; node--)
    for (const { source } of incoming.get(node) ?? [])
      level[node] = Math.max(level[node] ?? 0, (level[source] ?? 0) + 1)
  return level
}
