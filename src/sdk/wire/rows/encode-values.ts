import type { Profile, ResourceId } from '../../model/model.ts'
import { ANY, MAP_ENTRY, RESOURCE_ID, STRUCT, TIMESTAMP, VALUE } from './field-numbers.ts'
import type { WireWriter } from './wire-writer.ts'

/** Writes the fields of a `google.protobuf.Struct`, keys sorted so that equal profiles give equal bytes. */
export function writeStruct(wire: WireWriter, profile: Profile): void {
  for (const key of Object.keys(profile).sort()) {
    const value = profile[key]
    if (value === undefined) continue
    const entry = wire.open(STRUCT.fields)
    wire.presentText(MAP_ENTRY.key, key)
    const box = wire.open(MAP_ENTRY.value)
    if (typeof value === 'string') wire.presentText(VALUE.stringValue, value)
    else if (typeof value === 'number') wire.presentDouble(VALUE.numberValue, value)
    else wire.presentBool(VALUE.boolValue, value)
    wire.close(box)
    wire.close(entry)
  }
}

/** Writes a `google.protobuf.Timestamp`; dates before 1970 have negative seconds and positive nanoseconds, as the format asks. */
export function writeTimestamp(wire: WireWriter, field: number, date: Date): void {
  const seconds = Math.floor(date.getTime() / 1000)
  const mark = wire.open(field)
  wire.int64(TIMESTAMP.seconds, seconds)
  wire.uint(TIMESTAMP.nanos, (date.getTime() - seconds * 1000) * 1_000_000)
  wire.close(mark)
}

/** Writes a `c1.connector.v2.ResourceId`. */
export function writeResourceId(wire: WireWriter, field: number, id: ResourceId): void {
  const mark = wire.open(field)
  wire.text(RESOURCE_ID.resourceType, id.type)
  wire.text(RESOURCE_ID.resource, id.id)
  wire.close(mark)
}

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
