import type { Immutable } from '../../model/model.ts'
import { ANY, IMMUTABLE } from './field-numbers.ts'
import { writeStruct } from './encode-values.ts'
import { WireWriter } from './wire-writer.ts'

type Kind = 'EntitlementImmutable' | 'GrantImmutable'

const wire = new WireWriter()

/** One value is shared by all rows it stands on, so that its bytes are made once. */
const encoded = { EntitlementImmutable: cache(), GrantImmutable: cache() } as const satisfies Record<Kind, unknown>

function cache(): WeakMap<Immutable, Uint8Array> {
  return new WeakMap()
}

/** The `google.protobuf.Any` that marks a row as not changeable by this connector; its metadata holds the reason. */
export function immutableAnnotation(kind: Kind, immutable: Immutable): Uint8Array {
  const known = encoded[kind].get(immutable)
  if (known) return known
  wire.start()
  wire.text(ANY.typeUrl, `type.googleapis.com/c1.connector.v2.${kind}`)
  const value = wire.open(ANY.value)
  const metadata = wire.open(IMMUTABLE.metadata)
  writeStruct(wire, { reason: immutable.reason })
  wire.close(metadata)
  wire.close(value)
  const bytes = wire.take()
  encoded[kind].set(immutable, bytes)
  return bytes
}
