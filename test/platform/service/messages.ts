import { join } from 'node:path'
import protobuf from 'protobufjs'

const PROTO = join(import.meta.dirname, '../../../proto')

function loadRoot(): protobuf.Root {
  const root = new protobuf.Root()
  const bundled = root.resolvePath.bind(root)
  root.resolvePath = (origin, target) =>
    target.startsWith('google/protobuf/') ? (bundled(origin, target) ?? target) : join(PROTO, target)
  return root.loadSync('service.proto', { keepCase: true })
}

const root = loadRoot()

export type Fields = Readonly<Record<string, unknown>>

/** Bytes of a message, by reflection on `proto/` alone. An Any is given as `{ '@type': 'type.googleapis.com/…', …fields }`. */
export const encode = (type: string, fields: Fields): Uint8Array => {
  const found = root.lookupType(type)
  return found.encode(found.fromObject(fields)).finish()
}

/** Fields of a message, defaults left out, enums by name; an Any as `{ '@type', …fields }`. */
export const decode = (type: string, bytes: Uint8Array): Fields => {
  const found = root.lookupType(type)
  return found.toObject(found.decode(bytes), { longs: Number, enums: String, json: true })
}

/** The package of the service. */
export const BATON = 'c1.connectorapi.baton.v1'
