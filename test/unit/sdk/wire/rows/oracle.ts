import { join } from 'node:path'

import protobuf from 'protobufjs'

const PROTO = join(import.meta.dirname, '../../../../../proto')

function loadRoot(): protobuf.Root {
  const root = new protobuf.Root()
  const bundled = root.resolvePath.bind(root)
  root.resolvePath = (origin, target) =>
    target.startsWith('google/') ? (bundled(origin, target) ?? target) : join(PROTO, target)
  return root.loadSync('all.proto', { keepCase: true })
}

const root = loadRoot()

/** A message type of `proto/` by its full name. */
export const typeNamed = (name: string): protobuf.Type => root.lookupType(name)

/** An enum of `proto/` by its full name. */
export const enumNamed = (name: string): protobuf.Enum => root.lookupEnum(name)

/** Any messages replaced by `{ '@type', …fields }`, defaults left out, enums by name, 64-bit numbers as text. */
export type Decoded = Readonly<Record<string, unknown>>

/** Decodes bytes by reflection on `proto/`, which knows nothing of the encoders under test. */
export function decode(message: string, bytes: Uint8Array): Decoded {
  const type = root.lookupType(`c1.connector.v2.${message}`)
  const plain = type.toObject(type.decode(bytes), { enums: String, longs: Number })
  return openAnnotations(plain)
}

function openAnnotations(message: Decoded): Decoded {
  const annotations = message['annotations']
  if (!Array.isArray(annotations)) return message
  return { ...message, annotations: (annotations as readonly AnyMessage[]).map(openAny) }
}

interface AnyMessage {
  readonly type_url: string
  readonly value?: Uint8Array
}

function openAny({ type_url: url, value }: AnyMessage): Decoded {
  const [prefix, name] = url.split('/')
  if (prefix !== 'type.googleapis.com' || name === undefined) throw new Error(`not a type URL: ${url}`)
  const type = root.lookupType(name)
  return { '@type': name, ...type.toObject(type.decode(value ?? new Uint8Array()), { enums: String, longs: Number }) }
}

/** What a `google.protobuf.Struct` with these values looks like when decoded. */
export function struct(values: Readonly<Record<string, string | number | boolean>>): Decoded {
  const kinds = { string: 'stringValue', number: 'numberValue', boolean: 'boolValue' } as const
  const entries = Object.entries(values).map(([key, value]) => {
    const kind = typeof value as keyof typeof kinds
    return [key, { [kinds[kind]]: value }] as const
  })
  return entries.length === 0 ? {} : { fields: Object.fromEntries(entries) }
}
