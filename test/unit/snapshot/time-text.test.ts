import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatTimeText, parseTimeText } from '../../../src/snapshot/time-text.ts'

describe('formatTimeText', () => {
  it.each([
    [new Date(2026, 0, 2, 3, 4, 5, 0), '2026-01-02 03:04:05'],
    [new Date(2026, 0, 2, 3, 4, 5, 120), '2026-01-02 03:04:05.12'],
    [new Date(2026, 11, 31, 23, 59, 59, 7), '2026-12-31 23:59:59.007'],
    [new Date(2026, 1, 3, 0, 0, 0, 500), '2026-02-03 00:00:00.5'],
  ])('writes %s as local wall clock without trailing zeros', (time, text) => {
    expect(formatTimeText(time)).toBe(text)
  })

  it('gives texts that sort as their times do', () => {
    const day = fc.date({ min: new Date('2026-06-01'), max: new Date('2026-06-30'), noInvalidDate: true })
    fc.assert(
      fc.property(day, day, (a, b) => {
        expect(Math.sign(a.getTime() - b.getTime())).toBe(
          formatTimeText(a) < formatTimeText(b) ? -1 : formatTimeText(a) > formatTimeText(b) ? 1 : 0,
        )
      }),
    )
  })
})

describe('parseTimeText', () => {
  it('reads back what was written, and more digits than we write', () => {
    expect(parseTimeText('2026-01-02 03:04:05.12')).toEqual(new Date(2026, 0, 2, 3, 4, 5, 120))
    expect(parseTimeText('2026-01-02 03:04:05.123456789')).toEqual(new Date(2026, 0, 2, 3, 4, 5, 123))
    expect(parseTimeText('2026-01-02T03:04:05')).toEqual(new Date(2026, 0, 2, 3, 4, 5))
  })

  it.each(['', '0', '2026-01-02', '2026-01-02 03:04:05 +0100 CET', 'x2026-01-02 03:04:05'])('refuses %j', (text) => {
    expect(parseTimeText(text)).toBeUndefined()
  })
})
