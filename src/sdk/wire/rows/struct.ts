import type { Profile } from '../../model/model.ts'
import { MAP_ENTRY, STRUCT, VALUE } from './field-numbers.ts'
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
