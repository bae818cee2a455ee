import type { ResourceId } from '../../model/model.ts'
import { RESOURCE_ID } from './field-numbers.ts'
import type { WireWriter } from './wire-writer.ts'

/** Writes a `c1.connector.v2.ResourceId`. */
export function writeResourceId(wire: WireWriter, field: number, id: ResourceId): void {
  const mark = wire.open(field)
  wire.text(RESOURCE_ID.resourceType, id.type)
  wire.text(RESOURCE_ID.resource, id.id)
  wire.close(mark)
}
