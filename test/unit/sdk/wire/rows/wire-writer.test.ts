import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'

import { WireWriter } from '../../../../../src/sdk/wire/rows/wire-writer.ts'
import { hostileText } from './hostile-text.ts'

describe('WireWriter', () => {
  it('writes numbers as another implementation reads them', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const wire = new WireWriter()
        wire.int64(1, value)
        const reader = protobuf.Reader.create(wire.take())
        const read = value === 0 ? 0 : (reader.uint32(), Number(reader.int64()))
        expect(read).toBe(value)
        expect(reader.pos).toBe(reader.len)
      }),
    )
  })

  it('gives every message its length, however deep and long', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 6 }), (texts) => {
        const wire = new WireWriter()
        const marks = texts.map((text) => {
          const mark = wire.open(1)
          wire.presentText(2, text)
          return mark
        })
        for (const mark of marks.toReversed()) wire.close(mark)
        const reader = protobuf.Reader.create(wire.take())
        for (const text of texts) {
          expect(reader.uint32()).toBe(10)
          expect(reader.uint32()).toBe(reader.len - reader.pos)
          expect(reader.uint32()).toBe(18)
          expect(reader.string()).toBe(text.toWellFormed())
        }
        expect(reader.pos).toBe(reader.len)
      }),
    )
  })

  it('takes back a message into which nothing was written', () => {
    const wire = new WireWriter()
    wire.text(1, 'a')
    wire.closeUnlessEmpty(wire.open(2))
    expect([...wire.take()]).toEqual([10, 1, 97])
  })

  it('starts clean after a message that was left unfinished', () => {
    const wire = new WireWriter()
    wire.open(1)
    wire.start()
    wire.bool(1, true)
    expect([...wire.take()]).toEqual([8, 1])
  })
})
