import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasMoved, placeAfter, readPlace, type Place } from '../../../src/twingate/overlap.ts'
import { paginate } from '../../tenant/connection.ts'

interface Asked {
  readonly first: number
  readonly after: string | undefined
}

/** A server's way of cutting pages: the rows that follow a cursor, and the cursor of each. */
type Server = (rows: readonly number[], asked: Asked) => readonly { readonly cursor: string; readonly row: number }[]

const byOffset: Server = (rows, { first, after }) =>
  paginate(
    rows,
    { first, ...(after !== undefined && { after: btoa(`arrayconnection:${after}`) }) },
    {
      default: 50,
      cap: 100,
    },
  ).edges.map(({ node, offset }) => ({ cursor: String(offset), row: node }))

const byKey: Server = (rows, { first, after }) =>
  rows
    .filter((row) => after === undefined || row > Number(after))
    .slice(0, first)
    .map((row) => ({ cursor: String(row), row }))

/** What happens to the list before a page: at a part of its length, a row goes or comes. */
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), goes: fc.boolean() })
const pages = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 4 }), changes: fc.array(change, { maxLength: 3 }) }),
  {
    minLength: 8,
    maxLength: 8,
  },
)

function apply(rows: number[], { at, goes }: { readonly at: number; readonly goes: boolean }): void {
  const index = Math.floor(at * rows.length)
  if (goes) rows.splice(index, 1)
  else rows.splice(index, 0, ((rows[index - 1] ?? 0) + (rows[index] ?? 1_000_000)) / 2)
}

/** Reads a list that changes before every page. */
function readThrough(
  server: Server,
  length: number,
  plan: readonly {
    readonly size: number
    readonly changes: readonly { readonly at: number; readonly goes: boolean }[]
  }[],
) {
  const rows = Array.from({ length }, (_, i) => (i + 1) * 1_000)
  let lasting = new Set(rows)
  const read: number[] = []
  let place: Place | undefined = {}
  let moved = false
  for (const { size, changes } of plan) {
    for (const one of changes) apply(rows, one)
    lasting = new Set([...lasting].filter((row) => rows.includes(row)))
    const page = server(rows, { first: size, after: place.after })
    const { overlap } = place
    const again = overlap && server(rows, { first: overlap.first, after: overlap.after })
    moved ||= hasMoved(place, again && { edges: again.map(({ row }) => ({ node: { id: String(row) } })) })
    read.push(...page.map(({ row }) => row))
    const end = page.at(-1)
    const hasNextPage = end !== undefined && server(rows, { first: 1, after: end.cursor }).length > 0
    const edges = page.map(({ cursor, row }) => ({ cursor, node: { id: String(row) } }))
    place = placeAfter({ pageInfo: { hasNextPage, endCursor: end?.cursor ?? null }, edges }, place, 'x')
    if (place === undefined) return { read, lasting: [...lasting], moved, whole: true }
  }
  return { read, lasting: [...lasting], moved, whole: false }
}

describe('pages that overlap', () => {
  it.each([
    ['offsets', byOffset],
    ['keys', byKey],
  ])('pass over no lasting row and repeat none unless they say so, where cursors are %s', (_, server) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), pages, (length, plan) => {
        const { read, lasting, moved, whole } = readThrough(server, length, plan)
        if (moved || !whole) return
        expect(read).toEqual(expect.arrayContaining(lasting))
        expect(new Set(read).size).toBe(read.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it('always agree in a list that stays as it is, whatever the sizes of its pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), pages, fc.constantFrom(byOffset, byKey), (length, plan, server) => {
        const still = plan.map(({ size }) => ({ size, changes: [] }))
        expect(readThrough(server, length, still).moved).toBe(false)
      }),
    )
  })

  it('see a page that began anew because the server could not read its cursor', () => {
    const place = { after: 'unreadable', overlap: { id: '100', first: 1, after: 'unreadable, too' } }
    expect(hasMoved(place, { edges: [{ node: { id: '1' } }] })).toBe(true)
    expect(hasMoved(place, { edges: [] })).toBe(true)
    expect(hasMoved(place, undefined)).toBe(true)
  })

  it('keep the row that is to be shown over a page without rows', () => {
    const overlap = { id: '7', first: 1, after: 'six' }
    const empty = { pageInfo: { hasNextPage: true, endCursor: 'eight' }, edges: [] }
    expect(placeAfter(empty, { after: 'seven', overlap }, 'x')).toEqual({ after: 'eight', overlap, empty: 1 })
  })

  it('go on from the token of an earlier version, which shows no row', () => {
    const place = readPlace('{"after":"b"}')
    expect(place).toEqual({ after: 'b' })
    expect(hasMoved(place, undefined)).toBe(false)
  })
})
