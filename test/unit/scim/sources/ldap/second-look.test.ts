import { describe, expect, test } from 'vitest'
import { lookAgain } from '../../../../../src/scim/sources/ldap/second-look.ts'

/** Looks at listings that are given one after another; the last one stays. Gives what was known in the end. */
async function looking(read: readonly string[], listings: readonly (readonly string[])[]) {
  const known = new Set(read)
  let looks = 0
  const gap = await lookAgain({
    list: () => {
      const ids = listings[Math.min(looks++, listings.length - 1)] ?? []
      return Promise.resolve(new Map(ids.map((id) => [id, { kind: 'user' as const, dn: id }])))
    },
    known: () => known,
    fetch: ({ dn }) => {
      known.add(dn)
      return Promise.resolve()
    },
  })
  return { gap, known: [...known].sort(), looks }
}

describe('a second look', () => {
  test('is one listing where nothing changed', async () => {
    expect(await looking(['a', 'b'], [['b', 'a']])).toEqual({ gap: undefined, known: ['a', 'b'], looks: 1 })
  })

  test('reads whom the first listing missed, and looks until two listings agree', async () => {
    expect(await looking(['a', 'b'], [['b', 'c']])).toEqual({ gap: undefined, known: ['a', 'b', 'c'], looks: 2 })
  })

  test('looks again where somebody only went, since another may have been missed by that', async () => {
    expect(await looking(['a', 'b'], [['b'], ['b', 'c']])).toMatchObject({
      gap: undefined,
      known: ['a', 'b', 'c'],
      looks: 3,
    })
  })

  test('gives up where every listing is another one', async () => {
    const { gap } = await looking(['a'], [['b'], ['c'], ['d'], ['e']])
    expect(gap).toBe('the directory changed during each of 5 listings; nobody can say who was missed')
  })
})
