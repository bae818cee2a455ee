import type { ResourceId } from '../sdk/model.ts'
import type { WireWriter } from './wire-writer.ts'

/** Writes a `c1.connector.v2.ResourceId`. */
export function writeResourceId(wire: WireWriter, field: number, id: ResourceId): void {
  const mark = wire.open(field)
  wire.text(1, id.type)
  wire.text(2, id.id)
  wire.close(mark)
}
