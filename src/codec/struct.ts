import type { Profile } from '../sdk/model.ts'
import type { WireWriter } from './wire-writer.ts'

/** Writes the fields of a `google.protobuf.Struct`, keys sorted so that equal profiles give equal bytes. */
export function writeStruct(wire: WireWriter, profile: Profile): void {
  for (const key of Object.keys(profile).sort()) {
    const value = profile[key]
    if (value === undefined) continue
    const entry = wire.open(1)
    wire.presentText(1, key)
    const box = wire.open(2)
    if (typeof value === 'string') wire.presentText(3, value)
    else if (typeof value === 'number') wire.presentDouble(2, value)
    else wire.presentBool(4, value)
    wire.close(box)
    wire.close(entry)
  }
}
