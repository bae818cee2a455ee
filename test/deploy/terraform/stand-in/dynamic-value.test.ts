import { describe, expect, it } from 'vitest'
import {
  fromDynamicValue,
  isEqual,
  isKnown,
  settled,
  toDynamicValue,
  UNKNOWN,
  type Value,
} from '../../../terraform/dynamic-value.ts'

describe('a dynamic value', () => {
  it('comes back as it was, unknown parts included', () => {
    const value: Value = { id: UNKNOWN, name: 'acme', count: 3, on: true, list: ['a', null], inner: { id: UNKNOWN } }
    expect(fromDynamicValue(toDynamicValue(value))).toEqual(value)
  })

  it('writes the unknown as extension type 0 of one byte', () => {
    expect([...(toDynamicValue(UNKNOWN).msgpack ?? [])]).toEqual([0xd4, 0, 0])
  })

  it('reads a refined unknown as unknown', () => {
    expect(fromDynamicValue({ msgpack: Uint8Array.of(0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2) })).toBe(UNKNOWN)
  })

  it('reads the JSON form, and refuses an empty message', () => {
    expect(fromDynamicValue({ json: Buffer.from('{"id":null}') })).toEqual({ id: null })
    expect(() => fromDynamicValue({})).toThrow('neither msgpack nor json')
  })

  it('is equal to nothing where it is unknown, and settles to null there', () => {
    expect(isEqual({ id: UNKNOWN }, { id: UNKNOWN })).toBe(false)
    expect(isEqual({ id: 'a', of: ['b'] }, { id: 'a', of: ['b'] })).toBe(true)
    expect(isKnown({ of: [UNKNOWN] })).toBe(false)
    expect(settled({ of: [UNKNOWN, 1] })).toEqual({ of: [null, 1] })
  })
})
