import protobuf from 'protobufjs'
import type { TypedMessage } from '../../service/baton-service.ts'
import { messageType } from './service-types.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A message in protobuf's own JSON, as Go programs print it: names in camel case, what stands at its default left out, an `Any` with its `@type`, a
 * `Duration` of whole seconds as `60s`.
 *
 * Source: https://protobuf.dev/programming-guides/json. Not made for 64-bit numbers and bytes, which no message that is printed has.
 */
export const messageJson = ({ type, value }: TypedMessage): Fields => fieldsJson(messageType(type), value)

const fieldsJson = (type: protobuf.Type, value: Fields): Fields =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, given]) => {
      const field = type.fields[name]?.resolve()
      if (!field || given === undefined || given === '' || given === 0 || given === false) return []
      if (!Array.isArray(given)) return [[camel(name), valueJson(field, given)]]
      return given.length === 0 ? [] : [[camel(name), given.map((item: unknown) => valueJson(field, item))]]
    }),
  )

function valueJson({ resolvedType }: protobuf.Field, given: unknown): unknown {
  if (!(resolvedType instanceof protobuf.Type) || typeof given !== 'object' || given === null) return given
  switch (resolvedType.fullName) {
    case '.google.protobuf.Any': {
      const message = given as TypedMessage
      return { '@type': `type.googleapis.com/${message.type}`, ...messageJson(message) }
    }
    case '.google.protobuf.Struct':
      return given
    case '.google.protobuf.Duration':
      return `${(given as { readonly seconds: number }).seconds}s`
    default:
      return fieldsJson(resolvedType, given as Fields)
  }
}

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
