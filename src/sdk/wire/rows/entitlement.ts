import type { Entitlement } from '../../model/model.ts'
import { ENTITLEMENT, PURPOSES, RESOURCE } from './field-numbers.ts'
import { immutableAnnotation } from './immutable.ts'
import { writeResourceId } from './encode-values.ts'
import { encodeResourceTypeReference } from './resource-type.ts'
import { WireWriter } from './wire-writer.ts'

const wire = new WireWriter()

/**
 * `c1.connector.v2.Entitlement`; its resource is given by id and name, the rest comes from the resource's own row.
 *
 * Shape: `types` holds the encoded reference of each known resource type by id; unknown ones are written with their id alone.
 */
export function encodeEntitlement(entitlement: Entitlement, types: ReadonlyMap<string, Uint8Array>): Uint8Array {
  wire.start()
  const resource = wire.open(ENTITLEMENT.resource)
  writeResourceId(wire, RESOURCE.id, entitlement.resource)
  wire.text(RESOURCE.displayName, entitlement.resourceName)
  wire.close(resource)
  wire.text(ENTITLEMENT.id, entitlement.id)
  wire.text(ENTITLEMENT.displayName, entitlement.displayName)
  wire.text(ENTITLEMENT.description, entitlement.description)
  for (const id of entitlement.grantableTo)
    wire.bytes(ENTITLEMENT.grantableTo, types.get(id) ?? encodeResourceTypeReference({ id }))
  if (entitlement.immutable)
    wire.bytes(ENTITLEMENT.annotations, immutableAnnotation('EntitlementImmutable', entitlement.immutable))
  wire.uint(ENTITLEMENT.purpose, PURPOSES[entitlement.purpose])
  wire.text(ENTITLEMENT.slug, entitlement.slug)
  return wire.take()
}
