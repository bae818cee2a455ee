import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatTimeText, parseTimeText, wallClockOf } from '../../../../../src/sdk/snapshot/tables/time-text.ts'

const SOURCE = join(import.meta.dirname, '../../../../../src/sdk/snapshot/tables/time-text.ts')

/** Formats times in a process of its own, because a zone is chosen when a process starts. */
const inZone = (zone: string, ...times: readonly string[]): readonly string[] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { formatTimeText } from ${JSON.stringify(SOURCE)}
         console.log(JSON.stringify(process.argv.slice(1).map((time) => formatTimeText(new Date(time)))))`,
        ...times,
      ],
      { env: { TZ: zone }, encoding: 'utf8' },
    ),
  ) as readonly string[]

describe('formatTimeText', () => {
  it.each([
    ['2026-01-02T03:04:05.000Z', '2026-01-02 03:04:05'],
    ['2026-01-02T03:04:05.120Z', '2026-01-02 03:04:05.12'],
    ['2026-12-31T23:59:59.007Z', '2026-12-31 23:59:59.007'],
    ['2026-02-03T10:00:00.500Z', '2026-02-03 10:00:00.5'],
  ])('writes %s without zone and trailing zeros', (time, text) => {
    expect(formatTimeText(new Date(time))).toBe(text)
  })

  it('writes UTC in whatever zone the program runs', () => {
    for (const zone of ['Asia/Tokyo', 'America/Los_Angeles'])
      expect(inZone(zone, '2026-01-02T03:04:05Z')).toEqual(['2026-01-02 03:04:05'])
  })

  it('tells the two hours apart that autumn repeats', () => {
    const [before, after] = inZone('America/New_York', '2026-11-01T05:59:00Z', '2026-11-01T06:01:00Z')
    expect([before, after]).toEqual(['2026-11-01 05:59:00', '2026-11-01 06:01:00'])
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
  it.each([
    ['2026-01-02 03:04:05.12', '2026-01-02T03:04:05.120Z'],
    ['2026-01-02 03:04:05.123456789', '2026-01-02T03:04:05.123Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.5Z', '2026-01-02T03:04:05.500Z'],
    ['2026-01-02 03:04:05.5+09:00', '2026-01-01T18:04:05.500Z'],
    ['2026-01-02 03:04:05 -0530 IST', '2026-01-02T08:34:05.000Z'],
    ['2026-01-02 03:04:05.1 +0000 UTC m=+0.5', '2026-01-02T03:04:05.100Z'],
    ['2026-01-02 03:04', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ])('reads %s, as the official drivers do', (text, time) => {
    expect(parseTimeText(text)?.toISOString()).toBe(time)
  })

  it.each(['', '0', '2026', 'x2026-01-02 03:04:05', '1767323045'])('refuses %j', (text) => {
    expect([parseTimeText(text), wallClockOf(text)]).toEqual([undefined, undefined])
  })
})

describe('wallClockOf', () => {
  it('gives what the text shows, zone or not', () => {
    expect(wallClockOf('2026-01-02T03:04:05.5+09:00')?.toISOString()).toBe('2026-01-02T03:04:05.500Z')
  })
})
