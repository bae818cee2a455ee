import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor, PAGE_SIZES, paginate } from './connection.ts'

const rows = Array.from({ length: 250 }, (_, index) => index)
const nodes = (args: Parameters<typeof paginate>[1]) => paginate(rows, args, PAGE_SIZES).edges.map((edge) => edge.node)

test('a cursor is the base64 of an offset in a list', () => {
  expect(Buffer.from(encodeCursor(49), 'base64').toString()).toBe('arrayconnection:49')
  expect(decodeCursor(encodeCursor(49))).toBe(49)
})

test.each([
  [{}, 50],
  [{ first: 1 }, 1],
  [{ first: 100 }, 100],
  [{ first: 101 }, 100],
  [{ first: 0 }, 0],
])('arguments %j give %i rows', (args, count) => {
  expect(nodes(args)).toEqual(rows.slice(0, count))
})

test('a page begins behind its cursor', () => {
  expect(nodes({ first: 3, after: encodeCursor(9) })).toEqual([10, 11, 12])
})

test.each(['0', '<nil>', 'not a cursor', 'YXJyYXk6MQ=='])('the unreadable cursor %j restarts the list', (after) => {
  expect(nodes({ first: 2, after })).toEqual([0, 1])
})

test('the last page says so', () => {
  const { pageInfo } = paginate(rows, { first: 100, after: encodeCursor(199) }, PAGE_SIZES)
  expect(pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: true,
    startCursor: encodeCursor(200),
    endCursor: encodeCursor(249),
  })
})

test('a page behind the end is empty and final', () => {
  expect(paginate(rows, { after: encodeCursor(900) }, PAGE_SIZES)).toMatchObject({
    totalCount: 250,
    edges: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  })
})

test('last and before page backwards', () => {
  expect(nodes({ last: 3 })).toEqual([247, 248, 249])
  expect(nodes({ last: 3, before: encodeCursor(10) })).toEqual([7, 8, 9])
})
