import protobuf from 'protobufjs'
import { ConnectorError } from '../../ground/errors.ts'
import type { TypedMessage } from '../../service/baton-service.ts'
import { messageType } from './service-types.ts'
import { structFrom } from './struct-value.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The bytes of a message, whose fields are given as `TypedMessage` says. Half characters in texts are replaced.
 *
 * Errors: `internal` for a field, an enum name or a message that `proto/` does not declare, and for a value of another type: all of them
 * slips of the caller that must not leave the program as a message with something missing.
 */
export function encodeMessage({ type, value }: TypedMessage): Uint8Array {
  const found = messageType(type)
  const fields = wireFields(found, value)
  const problem = found.verify(fields)
  if (problem !== null) throw slip(`${type}: ${problem}`)
  return found.encode(found.fromObject(fields)).finish()
}

/**
 * The fields of a message, names as in the `.proto` files: 64-bit numbers as numbers, enums by name, the set member of a oneof named under
 * the oneof's own name. What is not declared is passed over.
 *
 * Errors: whatever protobufjs throws for bytes that are none of the message.
 */
export function decodeMessage(type: string, bytes: Uint8Array): Fields {
  const found = messageType(type)
  return found.toObject(found.decode(bytes), { longs: Number, enums: String, oneofs: true })
}

/** `google.protobuf.Any` as protobufjs has it. Readers find the type by the text behind the last slash. */
const anyFrom = (message: TypedMessage): Fields => ({
  type_url: `type.googleapis.com/${message.type}`,
  value: encodeMessage(message),
})

function wireFields(type: protobuf.Type, value: Fields): Fields {
  const entries = Object.entries(value).flatMap(([name, given]) => {
    if (given === undefined) return []
    const field = type.fields[name]
    if (!field) throw slip(`${type.fullName.slice(1)} has no field ${name}`)
    return [[name, wireField(field.resolve(), given)] as const]
  })
  return Object.fromEntries(entries)
}

function wireField(field: protobuf.Field, given: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(given as Fields).map(([key, item]) => [key.toWellFormed(), wireValue(field, item)])
    return Object.fromEntries(entries)
  }
  return field.repeated && Array.isArray(given) ? given.map((item) => wireValue(field, item)) : wireValue(field, given)
}

function wireValue({ resolvedType }: protobuf.Field, given: unknown): unknown {
  if (typeof given === 'string' && !resolvedType) return given.toWellFormed()
  if (typeof given === 'string' && resolvedType?.fullName === '.google.protobuf.Timestamp') return timestampFrom(given)
  if (resolvedType instanceof protobuf.Enum && typeof given === 'string') {
    const number = resolvedType.values[given]
    if (number === undefined) throw slip(`${resolvedType.fullName.slice(1)} has no value ${given}`)
    return number
  }
  if (!(resolvedType instanceof protobuf.Type) || typeof given !== 'object' || given === null) return given
  switch (resolvedType.fullName) {
    case '.google.protobuf.Any':
      return anyFrom(given as TypedMessage)
    case '.google.protobuf.Struct':
      return structFrom(given)
    default:
      return wireFields(resolvedType, given as Fields)
  }
}

function timestampFrom(text: string): Fields {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw slip(`${JSON.stringify(text.slice(0, 40))} is no time`)
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 }
}

const slip = (detail: string): ConnectorError => new ConnectorError('internal', 'encode a message', detail)
