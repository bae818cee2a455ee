import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flattenedMembers, nestGroups } from '../../../../src/scim/scope/nested-groups.ts'

const edge = (group: string, member: string) => ({ group, member })

describe('nested groups', () => {
  it('end where a circle closes', () => {
    const nesting = nestGroups([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('c', 'd'), edge('e', 'e')])
    expect(nesting.within('a')).toEqual(['a', 'b', 'c', 'd'])
    expect(nesting.around('d')).toEqual(['d', 'c', 'b', 'a'])
    expect(nesting.within('e')).toEqual(['e'])
    expect(nesting.within('nobody')).toEqual(['nobody'])
  })

  it('give each user once', () => {
    const users: Readonly<Record<string, readonly string[]>> = { a: ['1', '2'], b: ['2', '3'], c: [] }
    const nesting = nestGroups([edge('a', 'b'), edge('a', 'c')])
    const members = (group: string) => [...flattenedMembers(group, nesting, (one) => users[one] ?? [])]
    expect([members('a'), members('b'), members('c')]).toEqual([['1', '2', '3'], ['2', '3'], []])
  })

  it('reach what can be reached, and nothing else', () => {
    const name = fc.integer({ min: 0, max: 7 }).map(String)
    const edges = fc.array(fc.record({ group: name, member: name }), { maxLength: 20 })
    fc.assert(
      fc.property(edges, name, (list, start) => {
        // Warshall's closure, which walks no graph.
        const reach = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_unused, j) => i === j))
        for (const { group, member } of list) reach[Number(group)]![Number(member)] = true
        for (let k = 0; k < 8; k++)
          for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) reach[i]![j] ||= reach[i]![k]! && reach[k]![j]!
        const inside = reach[Number(start)]!.flatMap((is, i) => (is ? String(i) : []))
        const outside = reach.flatMap((row, i) => (row[Number(start)]! ? String(i) : []))
        const nesting = nestGroups(list)
        expect([...nesting.within(start)].sort()).toEqual(inside)
        expect([...nesting.around(start)].sort()).toEqual(outside)
        expect(nesting.within(start)[0]).toBe(start)
      }),
    )
  })

  it('take a chain of many groups', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => edge(String(i), String(i + 1)))
    expect(nestGroups(chain).within('0')).toHaveLength(20_001)
  })
})
