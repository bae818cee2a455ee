import { ANY } from './field-numbers.ts'
import type { WireWriter } from './wire-writer.ts'

/** Messages that we put into annotations. Readers find them by the text behind the last slash. */
export type AnnotationName =
  | 'UserTrait'
  | 'GroupTrait'
  | 'RoleTrait'
  | 'AppTrait'
  | 'ManagedDeviceTrait'
  | 'SecretTrait'
  | 'SkipEntitlementsAndGrants'
  | 'EntitlementImmutable'
  | 'GrantImmutable'
  | 'GrantMetadata'

/**
 * Writes one `google.protobuf.Any` holding a message of `c1.connector.v2`.
 *
 * Shape: `write` fills the message's fields; an empty message leaves field 2 out, as Go does.
 */
export function writeAny(wire: WireWriter, field: number, name: AnnotationName, write?: () => void): void {
  const any = wire.open(field)
  wire.text(ANY.typeUrl, `type.googleapis.com/c1.connector.v2.${name}`)
  if (write) {
    const value = wire.open(ANY.value)
    write()
    wire.closeUnlessEmpty(value)
  }
  wire.close(any)
}
