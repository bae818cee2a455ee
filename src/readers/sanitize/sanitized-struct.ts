import { LIST_VALUE, MAP_ENTRY, STRUCT, VALUE } from '../../sdk/wire/rows/field-numbers.ts'
import { doubleKeys, lengthKeys, varintKeys, WireReader } from '../../sdk/wire/rows/wire-reader.ts'
import { WireWriter } from '../../sdk/wire/rows/wire-writer.ts'
import { END_KEYS, START_KEYS } from '../model/end-in.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Keys that a customer chose: those of tags and those inside objects, except `key` and `value`. */
const TAG = /^(?<prefix>tags?[._:/-])(?<key>.+)$/
const PLAIN_INNER = new Set(['key', 'value'])
const TIMES = new Set([...END_KEYS, ...START_KEYS])

const [ENTRY, ENTRY_KEYS] = [STRUCT.fields * 8 + 2, lengthKeys(MAP_ENTRY)]
const [LENGTHS, NUMBER, BOOL, NULL] = [
  lengthKeys(VALUE),
  doubleKeys(VALUE).numberValue,
  varintKeys(VALUE).boolValue,
  varintKeys(VALUE).nullValue,
]

/** A `google.protobuf.Struct` with pseudonyms for its values. Keys of the outermost level are the connector's words and stay. Errors: as `WireReader`. */
export function sanitizedStruct(bytes: Uint8Array, names: Pseudonyms, isInner = false): Uint8Array {
  const [reader, writer] = [new WireReader(bytes), new WireWriter()]
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    if (key !== ENTRY) {
      reader.skip()
      continue
    }
    const { name, value } = reader.message(readEntry)
    const entry = writer.open(STRUCT.fields)
    writer.presentText(MAP_ENTRY.key, keyOf(name, names, isInner))
    writer.bytes(MAP_ENTRY.value, sanitizedValue(value, names, name))
    writer.close(entry)
  }
  return writer.take()
}

function readEntry(reader: WireReader): { readonly name: string; readonly value: Uint8Array } {
  let name = ''
  let value: Uint8Array = new Uint8Array()
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    if (key === ENTRY_KEYS.key) name = reader.text()
    else if (key === ENTRY_KEYS.value) value = reader.bytes()
    else reader.skip()
  }
  return { name, value }
}

function keyOf(name: string, names: Pseudonyms, isInner: boolean): string {
  if (isInner) return PLAIN_INNER.has(name) ? name : names.id(name)
  const tag = TAG.exec(name)?.groups
  return tag ? `${tag['prefix'] ?? ''}${names.id(tag['key'] ?? '')}` : name
}

function sanitizedValue(bytes: Uint8Array, names: Pseudonyms, name: string): Uint8Array {
  const [reader, writer] = [new WireReader(bytes), new WireWriter()]
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    switch (key) {
      case LENGTHS.stringValue:
        writer.presentText(VALUE.stringValue, names.text(reader.text()))
        break
      case NUMBER: {
        const value = reader.double()
        writer.presentDouble(VALUE.numberValue, TIMES.has(name) ? value + names.movedSeconds : names.number(value))
        break
      }
      case BOOL:
        writer.presentBool(VALUE.boolValue, reader.bool())
        break
      case NULL:
        reader.skip()
        writer.presentBool(VALUE.nullValue, false)
        break
      case LENGTHS.structValue:
        writer.bytes(VALUE.structValue, sanitizedStruct(reader.bytes(), names, true))
        break
      case LENGTHS.listValue:
        writer.bytes(VALUE.listValue, sanitizedList(reader.bytes(), names, name))
        break
      default:
        reader.skip()
    }
  }
  return writer.take()
}

function sanitizedList(bytes: Uint8Array, names: Pseudonyms, name: string): Uint8Array {
  const [reader, writer] = [new WireReader(bytes), new WireWriter()]
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    if (key === LIST_VALUE.values * 8 + 2) writer.bytes(LIST_VALUE.values, sanitizedValue(reader.bytes(), names, name))
    else reader.skip()
  }
  return writer.take()
}
