import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainFrom, structFrom } from '../../../../../src/sdk/wire/messages/struct-value.ts'
import { decode, encode } from '../../../../platform/service/messages.ts'

const overTheWire = (values: object): unknown =>
  plainFrom(decode('google.protobuf.Struct', encode('google.protobuf.Struct', { ...structFrom(values) })))

// Zero has one sign in JSON.
const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe('struct value', () => {
  it('comes back as it went, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), json), (values) => {
        expect(overTheWire(values)).toEqual({ ...values })
      }),
    )
  })

  it('leaves out what is undefined and makes null of numbers that JSON does not have', () => {
    expect(overTheWire({ a: undefined, b: Number.NaN, c: [undefined, Infinity], d: 0 })).toEqual({
      b: null,
      c: [null, null],
      d: 0,
    })
  })

  it('replaces half characters, which other languages refuse', () => {
    expect(overTheWire({ 'k\ud800': 'v\udfff' })).toEqual({ 'k\ufffd': 'v\ufffd' })
  })

  it('keeps a key that is special to objects for what it is', () => {
    const values = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as object
    const back = overTheWire(values) as Record<string, unknown>
    expect(JSON.stringify(back)).toBe('{"__proto__":{"admin":true},"constructor":1}')
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  })

  it.each([[() => 1], [1n], [Symbol('s')]])('refuses %s', (value) => {
    expect(() => structFrom({ value })).toThrow(/is no value of a struct/)
  })
})
