import { ConnectorError } from '../../ground/errors.ts'

/** A value of `google.protobuf.Value` as protobufjs has it; exactly one member is set. */
export interface StructValue {
  readonly nullValue?: number | string
  readonly numberValue?: number
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly structValue?: Struct
  readonly listValue?: { readonly values?: readonly StructValue[] }
}

/** `google.protobuf.Struct` as protobufjs has it. */
export interface Struct {
  readonly fields?: Readonly<Record<string, StructValue>>
}

/**
 * Members that are `undefined` are left out. Numbers that JSON does not have (`NaN`, infinities) become null, as in `JSON.stringify`; half
 * characters are replaced, because other languages refuse a message with one.
 *
 * Errors: `internal` for what is no value of JSON, for example a function.
 */
export function structFrom(values: object): Struct {
  const entries = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [[key.toWellFormed(), valueFrom(value)] as const],
  )
  return { fields: Object.fromEntries(entries) }
}

function valueFrom(value: unknown): StructValue {
  if (value === null) return { nullValue: 0 }
  if (typeof value === 'string') return { stringValue: value.toWellFormed() }
  if (typeof value === 'number') return Number.isFinite(value) ? { numberValue: value } : { nullValue: 0 }
  if (typeof value === 'boolean') return { boolValue: value }
  if (Array.isArray(value)) return { listValue: { values: value.map((item) => valueFrom(item ?? null)) } }
  if (typeof value === 'object') return { structValue: structFrom(value) }
  throw new ConnectorError('internal', 'encode a message', `a ${typeof value} is no value of a struct`)
}

/** The plain object. Every key becomes a member of its own, `__proto__` as well. A value without a member, which a newer peer could send, is null. */
export const plainFrom = (struct: Struct): Record<string, unknown> =>
  Object.fromEntries(Object.entries(struct.fields ?? {}).map(([key, value]) => [key, plainValue(value)]))

function plainValue(value: StructValue): unknown {
  if (value.structValue) return plainFrom(value.structValue)
  if (value.listValue) return (value.listValue.values ?? []).map(plainValue)
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null
}
