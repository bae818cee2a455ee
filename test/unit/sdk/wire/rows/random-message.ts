import fc from 'fast-check'
import protobuf from 'protobufjs'

import { typeNamed } from './oracle.ts'

/** A message as plain values, with the field names of `proto/`. */
export type Plain = Readonly<Record<string, unknown>>

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => value.isWellFormed()),
  fc.constantFrom('', '\ufffd', 'é'.repeat(70), 'x'.repeat(200), '\0', '__proto__', '😀'),
)

const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

/** Traits and whatever else may stand in an annotation. */
const ANNOTATIONS = ['UserTrait', 'GroupTrait', 'RoleTrait', 'AppTrait', 'GrantImmutable', 'GrantExpandable'] as const

/** Random messages of a type by reflection: any of its fields present, absent or at its default. */
export function randomMessage(name: string): fc.Arbitrary<Plain> {
  switch (name) {
    case 'google.protobuf.Struct':
      return fc.dictionary(text, json, { maxKeys: 4, noNullPrototype: true }).map(structOf)
    case 'google.protobuf.Timestamp':
      return fc
        .tuple(fc.integer({ min: -8_640_000_000_000, max: 8_639_999_999_999 }), fc.nat(999_999_999))
        .map(([seconds, nanos]) => ({ seconds, nanos }))
    case 'google.protobuf.Any':
      return fc.constantFrom(...ANNOTATIONS).chain((annotation) =>
        randomMessage(`c1.connector.v2.${annotation}`).map((message) => ({
          type_url: `type.googleapis.com/c1.connector.v2.${annotation}`,
          value: encodePlain(`c1.connector.v2.${annotation}`, message),
        })),
      )
    default: {
      const fields = typeNamed(name).fieldsArray.map((field) => [field.name, valuesOf(field.resolve())] as const)
      return fc.record(Object.fromEntries(fields), { requiredKeys: [] })
    }
  }
}

/** The bytes of a message, as protobufjs writes them. */
export function encodePlain(name: string, message: Plain): Uint8Array {
  const type = typeNamed(name)
  return type.encode(type.fromObject(message)).finish()
}

function valuesOf(field: protobuf.Field): fc.Arbitrary<unknown> {
  const one = singleOf(field)
  if (field.map) return fc.dictionary(text, one, { maxKeys: 3, noNullPrototype: true })
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one
}

function singleOf({ resolvedType, type }: protobuf.Field): fc.Arbitrary<unknown> {
  if (resolvedType instanceof protobuf.Type) return randomMessage(resolvedType.fullName.slice(1))
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(...Object.values(resolvedType.values), 99)
  if (type === 'string') return text
  if (type === 'bool') return fc.boolean()
  throw new Error(`no random values of the type ${type}`)
}

export const structOf = (values: Readonly<Record<string, unknown>>): Plain => ({
  fields: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, valueOf(value)])),
})

function valueOf(value: unknown): Plain {
  if (value === null) return { nullValue: 0 }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { numberValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (Array.isArray(value)) return { listValue: { values: value.map(valueOf) } }
  return { structValue: structOf(value as Readonly<Record<string, unknown>>) }
}

/** Fields that no message has, in each form that a newer writer may use. */
export const unknownFields: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc
        .bigInt({ min: 0n, max: 2n ** 64n - 1n })
        .map((value) => (writer: protobuf.Writer) => writer.uint32(1000 * 8).uint64(value.toString())),
      fc.nat().map((value) => (writer: protobuf.Writer) => writer.uint32(1001 * 8 + 5).fixed32(value)),
      fc.double().map((value) => (writer: protobuf.Writer) => writer.uint32(1002 * 8 + 1).double(value)),
      fc
        .uint8Array({ maxLength: 300 })
        .map((value) => (writer: protobuf.Writer) => writer.uint32(1003 * 8 + 2).bytes(value)),
      fc.constant((writer: protobuf.Writer) =>
        writer
          .uint32(1004 * 8 + 3)
          .uint32(8)
          .uint32(7)
          .uint32(2 * 8 + 3)
          .uint32(2 * 8 + 4)
          .uint32(1004 * 8 + 4),
      ),
    ),
    { maxLength: 3 },
  )
  .map((fields) => {
    const writer = protobuf.Writer.create()
    for (const write of fields) write(writer)
    return writer.finish()
  })
