import { ANY, ASSET_REF, LIST_VALUE, MAP_ENTRY, STRUCT, TIMESTAMP, VALUE } from './field-numbers.ts'
import type { AnyMessage, JsonObject, JsonValue } from './stored.ts'
import { doubleKeys, lengthKeys, varintKeys, type WireReader } from './wire-reader.ts'

const ANY_KEYS = lengthKeys(ANY)
const TIMESTAMP_KEYS = varintKeys(TIMESTAMP)
const STRUCT_KEYS = lengthKeys(STRUCT)
const ENTRY_KEYS = lengthKeys(MAP_ENTRY)
const LIST_KEYS = lengthKeys(LIST_VALUE)
const ASSET_KEYS = lengthKeys(ASSET_REF)
const VALUE_KEYS = {
  nullValue: varintKeys(VALUE).nullValue,
  numberValue: doubleKeys(VALUE).numberValue,
  stringValue: lengthKeys(VALUE).stringValue,
  boolValue: varintKeys(VALUE).boolValue,
  structValue: lengthKeys(VALUE).structValue,
  listValue: lengthKeys(VALUE).listValue,
}

/** `google.protobuf.Any`. */
export function readAny(wire: WireReader): AnyMessage {
  let name = ''
  let value: Uint8Array = NO_BYTES
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ANY_KEYS.typeUrl) name = afterSlash(wire.text())
    else if (key === ANY_KEYS.value) value = wire.bytes()
    else wire.skip()
  }
  return { name, value }
}

const NO_BYTES = new Uint8Array()

/** Readers find a message by the text behind the last slash. */
const afterSlash = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

/** `google.protobuf.Timestamp` to the millisecond; `undefined` for what is no date. */
export function readTimestamp(wire: WireReader): Date | undefined {
  let seconds = 0
  let nanos = 0
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === TIMESTAMP_KEYS.seconds) seconds = wire.int64()
    else if (key === TIMESTAMP_KEYS.nanos) nanos = wire.int64()
    else wire.skip()
  }
  const date = new Date(seconds * 1000 + Math.floor(nanos / 1_000_000))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** `google.protobuf.Struct`. */
export function readStruct(wire: WireReader): JsonObject {
  // Why no prototype: a profile may have a key `__proto__`.
  const values = Object.create(null) as Record<string, JsonValue>
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === STRUCT_KEYS.fields) wire.message((entry) => readField(entry, values))
    else wire.skip()
  }
  return values
}

function readField(wire: WireReader, values: Record<string, JsonValue>): void {
  let name = ''
  let value: JsonValue = null
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ENTRY_KEYS.key) name = wire.text()
    else if (key === ENTRY_KEYS.value) value = wire.message(readValue)
    else wire.skip()
  }
  values[name] = value
}

function readValue(wire: WireReader): JsonValue {
  let value: JsonValue = null
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case VALUE_KEYS.stringValue:
        value = wire.text()
        break
      case VALUE_KEYS.numberValue:
        value = wire.double()
        break
      case VALUE_KEYS.boolValue:
        value = wire.bool()
        break
      case VALUE_KEYS.structValue:
        value = wire.message(readStruct)
        break
      case VALUE_KEYS.listValue:
        value = wire.message(readList)
        break
      case VALUE_KEYS.nullValue:
        wire.skip()
        value = null
        break
      default:
        wire.skip()
    }
  }
  return value
}

function readList(wire: WireReader): readonly JsonValue[] {
  const values: JsonValue[] = []
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === LIST_KEYS.values) values.push(wire.message(readValue))
    else wire.skip()
  }
  return values
}

/** The id of a `c1.connector.v2.AssetRef`; `undefined` where it names none. */
export function readAssetRef(wire: WireReader): string | undefined {
  let id = ''
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ASSET_KEYS.id) id = wire.text()
    else wire.skip()
  }
  return id === '' ? undefined : id
}

/** An object while it is read. */
export type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** Sets a key only if there is a value, so that a missing value leaves no key. */
export function fill<T, Name extends keyof T>(target: T, name: Name, value: T[Name] | undefined): void {
  if (value !== undefined) target[name] = value
}

/** Finds the name of an enum's number; `undefined` for unspecified and for numbers that are newer than this program. */
export function enumNames<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
): (number: number) => Name | undefined {
  const names: (Name | undefined)[] = []
  for (const name of Object.keys(numbers) as Name[]) names[numbers[name]] = name
  return (number) => names[number]
}
