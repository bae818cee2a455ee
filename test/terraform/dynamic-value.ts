import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack'

/** Stands for a value that is known only after the apply. */
export const UNKNOWN = Symbol('known after apply')

/** A value of Terraform: an object is a record of all its attributes, lists and sets are arrays. */
export type Value = null | boolean | number | string | typeof UNKNOWN | readonly Value[] | Attributes

/** All attributes of a resource, or of an object in it; `null` for what is not set. */
export interface Attributes {
  readonly [name: string]: Value
}

/** A `tfplugin6.DynamicValue`. The sender fills one of its forms. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array
  readonly json?: Uint8Array
}

/** Terraform's extension types: 0 is an unknown value, 12 an unknown one of which something is known. */
const UNKNOWN_TYPES = [0, 12] as const

const extensionCodec = new ExtensionCodec()
for (const type of UNKNOWN_TYPES) extensionCodec.register({ type, encode: () => null, decode: () => UNKNOWN })

export const toDynamicValue = (value: Value): DynamicValue => ({ msgpack: encode(plain(value)) })

function plain(value: Value): unknown {
  if (value === UNKNOWN) return new ExtData(0, Uint8Array.of(0))
  if (isList(value)) return value.map(plain)
  return isObject(value) ? mapAttributes(value, plain) : value
}

/** Errors: where neither form is filled. */
export function fromDynamicValue({ msgpack, json }: DynamicValue): Value {
  if (msgpack !== undefined && msgpack.length > 0) return decode(msgpack, { extensionCodec }) as Value
  if (json !== undefined && json.length > 0) return JSON.parse(Buffer.from(json).toString()) as Value
  throw new Error('an empty DynamicValue: neither msgpack nor json')
}

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

export const isObject = (value: Value | undefined): value is Attributes =>
  value !== null && typeof value === 'object' && !isList(value)

/** Errors: where the value is no object. */
export function toObject(value: Value): Attributes {
  if (!isObject(value)) throw new Error(`an object is required, not ${typeof value}`)
  return value
}

/** The attribute as text. Errors: where it is anything else. */
export function textOf(attributes: Attributes, name: string): string {
  const value = attributes[name]
  if (typeof value !== 'string') throw new Error(`${name} is no text but ${typeof value}`)
  return value
}

/** The attribute as text; empty where it is anything else. */
export const textOrEmpty = (attributes: Attributes | undefined, name: string): string => {
  const value = attributes?.[name]
  return typeof value === 'string' ? value : ''
}

export const mapAttributes = <T>(
  attributes: Attributes,
  change: (value: Value, name: string) => T,
): Record<string, T> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, change(value, name)]))

/** Whether nothing inside is unknown. */
export function isKnown(value: Value): boolean {
  if (value === UNKNOWN) return false
  if (isList(value)) return value.every(isKnown)
  return !isObject(value) || Object.values(value).every(isKnown)
}

/** The value with `null` in place of everything unknown. */
export function settled(value: Value): Value {
  if (value === UNKNOWN) return null
  if (isList(value)) return value.map(settled)
  return isObject(value) ? mapAttributes(value, settled) : value
}

/** Whether two values are the same; two unknown ones are not. */
export function isEqual(one: Value, other: Value): boolean {
  if (one === UNKNOWN || other === UNKNOWN) return false
  if (isList(one))
    return isList(other) && one.length === other.length && one.every((item, at) => isEqual(item, other[at] ?? null))
  if (!isObject(one)) return one === other
  return isObject(other) && Object.entries(one).every(([name, value]) => isEqual(value, other[name] ?? null))
}
