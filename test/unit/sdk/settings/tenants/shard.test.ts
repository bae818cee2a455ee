import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inShard, readShard } from '../../../../../src/sdk/settings/tenants/shard.ts'

describe('a shard', () => {
  it.each([
    ['0/1', { index: 0, count: 1 }],
    ['3/4', { index: 3, count: 4 }],
    ['00012/100', { index: 12, count: 100 }],
  ])('is read from %s', (text, shard) => {
    expect(readShard(text)).toEqual(shard)
  })

  it.each(['', '1', '4/4', '5/4', '0/0', '-1/4', '1/-4', '1.5/4', ' 1/4', '1/4x', '$JOB_COMPLETION_INDEX/4', '/4'])(
    'is not %j',
    (text) => {
      expect(readShard(text)).toEqual({ problem: 'must be i/N, with i from 0 to N-1, for example 0/4' })
    },
  )

  it('is one of several that hold everything exactly once, as equal in size as can be', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 64 }), (length, count) => {
        const items = Array.from({ length }, (_, i) => `tenant-${i}`)
        const shards = Array.from({ length: count }, (_, index) => inShard(items, { index, count }))
        expect(shards.flat().sort()).toEqual(items.toSorted())
        const sizes = shards.map((shard) => shard.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('keeps what it holds when more is added at the end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (items, more, count) => {
        for (let index = 0; index < count; index++) {
          const before = inShard(items, { index, count })
          expect(inShard([...items, ...more], { index, count }).slice(0, before.length)).toEqual(before)
        }
      }),
    )
  })
})
