import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'
import { ConnectorError } from '../../ground/errors.ts'

const FOLDER = fileURLToPath(new URL('../../../../proto/', import.meta.url))

let root: protobuf.Root | undefined

/** Reads `proto/service.proto` and what it imports, once. */
function load(): protobuf.Root {
  const fresh = new protobuf.Root()
  const bundled = fresh.resolvePath.bind(fresh)
  // The well-known types come with protobufjs, under the name of their file alone.
  fresh.resolvePath = (origin, target) =>
    target.startsWith('google/protobuf/') ? bundled(origin, target) : FOLDER + target
  fresh.loadSync('service.proto', { keepCase: true }).resolveAll()
  return fresh
}

/**
 * The type of a message by its full name, for example `google.rpc.Status`. The first call reads the `.proto` files, about fifteen small ones.
 *
 * Errors: `internal` for a name that no file declares.
 */
export function messageType(name: string): protobuf.Type {
  root ??= load()
  const found = root.lookup(name, protobuf.Type)
  if (found instanceof protobuf.Type) return found
  throw new ConnectorError('internal', 'encode a message', `there is no message ${name} in proto/`)
}
