import protobuf from 'protobufjs'
import type { TypedMessage } from '../../service/baton-service.ts'
import { messageType } from './service-types.ts'
import { plainFrom } from './struct-value.ts'

type Fields = TypedMessage['value']

/**
 * The fields of an encoded message as `TypedMessage` has them, so that `encodeMessage` makes an equal one of them. What `proto/` does not declare is passed over.
 *
 * Shape: not made for 64-bit numbers, bytes and maps, which no message of a snapshot has. Errors: whatever protobufjs throws for bytes that are none of the message.
 */
export function typedFields(type: string, bytes: Uint8Array): Fields {
  const found = messageType(type)
  return fieldsOf(found, found.decode(bytes))
}

const fieldsOf = (type: protobuf.Type, message: object): Fields =>
  Object.fromEntries(
    type.fieldsArray.flatMap((field) => {
      const { name, repeated } = field.resolve()
      if (!Object.hasOwn(message, name)) return []
      const given = (message as Fields)[name]
      return [
        [name, repeated && Array.isArray(given) ? given.map((item) => valueOf(field, item)) : valueOf(field, given)],
      ]
    }),
  )

function valueOf({ resolvedType }: protobuf.Field, given: unknown): unknown {
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[Number(given)]
  if (!(resolvedType instanceof protobuf.Type) || typeof given !== 'object' || given === null) return given
  const plain = () => resolvedType.toObject(given as protobuf.Message, { longs: Number, defaults: false })
  switch (resolvedType.fullName) {
    case '.google.protobuf.Any': {
      const { type_url: url, value } = given as { readonly type_url: string; readonly value: Uint8Array }
      const type = url.slice(url.lastIndexOf('/') + 1)
      return { type, value: typedFields(type, value) } satisfies TypedMessage
    }
    case '.google.protobuf.Struct':
      return plainFrom(plain())
    case '.google.protobuf.Timestamp': {
      const { seconds = 0, nanos = 0 } = plain() as { readonly seconds?: number; readonly nanos?: number }
      return new Date(seconds * 1000 + nanos / 1_000_000).toISOString()
    }
    default:
      return fieldsOf(resolvedType, given)
  }
}
