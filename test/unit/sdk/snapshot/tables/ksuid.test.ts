import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createKsuid } from '../../../../../src/sdk/snapshot/tables/ksuid.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('createKsuid', () => {
  it('gives the id of the format reference', () => {
    const id = createKsuid(new Date('2026-01-02T03:04:05Z'), (length) => Uint8Array.from({ length }, (_, i) => i + 1))
    expect(id).toBe('37gS6Q7j2QUCNry6Ip4PIeZ9X6m')
  })

  it('holds the second and the random bytes, in 27 characters', () => {
    const second = fc.integer({ min: 1_400_000_000, max: 1_400_000_000 + 0xffff_ffff })
    const payload = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(second, payload, (seconds, bytes) => {
        const id = createKsuid(new Date(seconds * 1000), () => bytes)
        expect(id).toHaveLength(27)
        const value = [...id].reduce((sum, char) => sum * 62n + BigInt(ALPHABET.indexOf(char)), 0n)
        expect(value >> 128n).toBe(BigInt(seconds - 1_400_000_000))
        expect(value & (2n ** 128n - 1n)).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
      }),
    )
  })

  it('refuses a clock it cannot hold', () => {
    for (const time of ['2001-01-01T00:00:00Z', '2200-01-01T00:00:00Z', 'not a time'])
      expect(() => createKsuid(new Date(time), (length) => new Uint8Array(length))).toThrow(/no sync id can hold/)
  })
})
