import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeToken, nextCursor } from '../../../src/twingate/cursor.ts'
import { retryAfterMs } from '../../../src/sdk/http/retry-after.ts'

describe('next cursor', () => {
  it('is the end cursor while there is more, and nothing after that', () => {
    expect(nextCursor({ hasNextPage: true, endCursor: 'b' }, 'a', 'x')).toBe('b')
    expect(nextCursor({ hasNextPage: false, endCursor: 'b' }, 'a', 'x')).toBeUndefined()
    expect(nextCursor({ hasNextPage: false, endCursor: null }, undefined, 'x')).toBeUndefined()
  })

  it.each([
    [null, 'a'],
    ['', 'a'],
    ['a', 'a'],
  ])('is never %j after %j: reading on would loop or stop short', (endCursor, after) => {
    expect(() => nextCursor({ hasNextPage: true, endCursor }, after, 'x')).toThrow(
      expect.objectContaining({ code: 'unavailable', reason: 'malformed answer' }) as Error,
    )
  })
})

describe('page token', () => {
  const Token = z.strictObject({ after: z.string() })
  const decode = (token: string) => decodeToken(token, (value) => Token.parse(value))

  it('holds any cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (after) => {
        expect(decode(JSON.stringify({ after }))).toEqual({ after })
      }),
    )
  })

  it.each(['x', '{}', '{"after":1}', '{"after":"a","more":1}', '[]', 'null'])('is refused when it is %j', (token) => {
    expect(() => decode(token)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error)
  })
})

describe('Retry-After', () => {
  const now = new Date('2026-01-02T03:04:05Z')
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 60 ', 60_000],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['3600', 3_600_000],
    ['999999999', 3_600_000],
    ['Thu, 03 Jan 2030 03:05:05 GMT', 3_600_000],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', 2_000],
    ['20.5', 21_000],
    ['20, 20', 20_000],
    ['soon, 7', 7_000],
    ['Fri, 02 Jan 2026 03:04:09 GMT, Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['1.5.2', undefined],
    ['99999999999999', undefined],
  ])('%j means %j', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms)
  })
})
