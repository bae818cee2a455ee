import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type ExpansionEdge, planExpansion } from '../../../../../src/sdk/sync/expand/graph.ts'

const edge = (source: number, target: number, more: Partial<ExpansionEdge> = {}): ExpansionEdge => ({
  source,
  target,
  shallow: false,
  types: [],
  ...more,
})

describe('planning expansion', () => {
  it('joins two edges of one pair: shallow where both are, for the types of both', () => {
    const [step] = planExpansion(2, [
      edge(0, 1, { shallow: true, types: ['user'] }),
      edge(0, 1, { types: ['service-account'] }),
    ]).steps
    expect(step?.incoming).toEqual([edge(0, 1, { types: ['user', 'service-account'] })])
  })

  it('joins an edge for every type with one for some to one for every type', () => {
    const [step] = planExpansion(2, [edge(0, 1, { types: ['user'] }), edge(0, 1)]).steps
    expect(step?.incoming).toEqual([edge(0, 1)])
  })

  it('lets a cycle stand for one: what flows in reaches all, what flows out leaves all, nothing flows inside', () => {
    const plan = planExpansion(5, [edge(0, 1), edge(1, 2), edge(2, 1), edge(2, 3), edge(4, 4)])
    expect(plan.cycles).toEqual([[1, 2], [4]])
    expect(plan.steps.map(({ target, incoming }) => [target, incoming.map(({ source }) => source)])).toEqual([
      [1, [0]],
      [2, [0]],
      [3, [1, 2]],
    ])
  })

  it('works an entitlement through after everything that flows into it, whatever the order of the edges', () => {
    const edges = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 120 })
    fc.assert(
      fc.property(edges, (pairs) => {
        const all = pairs.map(([source, target]) => edge(source, target))
        const plan = planExpansion(31, all)
        const place = new Map(plan.steps.map(({ target }, at) => [target, at]))
        for (const { target, incoming } of plan.steps)
          for (const { source } of incoming) expect(place.get(source) ?? -1).toBeLessThan(place.get(target) ?? -1)
        expect(planExpansion(31, all.toReversed())).toEqual(plan)
      }),
    )
  })
})
