import { expect, test } from 'vitest'
import { parseGeneralizedTime } from '../../../../../src/scim/sources/directory/generalized-time.ts'

test.each([
  ['20260131080500Z', '2026-01-31T08:05:00.000Z'],
  ['20260131080500.25Z', '2026-01-31T08:05:00.250Z'],
  ['20260131080500,5Z', '2026-01-31T08:05:00.500Z'],
  ['202601310805Z', '2026-01-31T08:05:00.000Z'],
  ['2026013108.5Z', '2026-01-31T08:30:00.000Z'],
  ['20260131080500+0130', '2026-01-31T06:35:00.000Z'],
  ['20260131080500-05', '2026-01-31T13:05:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(parseGeneralizedTime(text) ?? 0).toISOString()).toBe(expected)
})

test.each(['', '2026', '20260131080500', '2026-01-31T08:05:00Z', '000001010000'])('%s is no time', (text) => {
  expect(parseGeneralizedTime(text)).toBeUndefined()
})
