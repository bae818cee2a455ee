import type { Entitlement } from '../sdk/model.ts'
import { immutableAnnotation } from './immutable.ts'
import { writeResourceId } from './resource-id.ts'
import { encodeResourceTypeReference } from './resource-type.ts'
import { WireWriter } from './wire-writer.ts'

const PURPOSES = { assignment: 1, permission: 2, ownership: 3 } as const satisfies Record<
  Entitlement['purpose'],
  number
>

const wire = new WireWriter()

/**
 * `c1.connector.v2.Entitlement`; its resource is given by id and name, the rest comes from the resource's own row.
 *
 * Shape: `types` holds the encoded reference of each known resource type by id; unknown ones are written with their id alone.
 */
export function encodeEntitlement(entitlement: Entitlement, types: ReadonlyMap<string, Uint8Array>): Uint8Array {
  wire.start()
  const resource = wire.open(1)
  writeResourceId(wire, 1, entitlement.resource)
  wire.text(3, entitlement.resourceName)
  wire.close(resource)
  wire.text(2, entitlement.id)
  wire.text(3, entitlement.displayName)
  wire.text(4, entitlement.description)
  for (const id of entitlement.grantableTo) wire.bytes(5, types.get(id) ?? encodeResourceTypeReference({ id }))
  if (entitlement.immutable) wire.bytes(6, immutableAnnotation('EntitlementImmutable', entitlement.immutable))
  wire.uint(7, PURPOSES[entitlement.purpose])
  wire.text(8, entitlement.slug)
  return wire.take()
}
