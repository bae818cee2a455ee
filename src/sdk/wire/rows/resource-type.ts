import type { ResourceType } from '../../model/model.ts'
import { writeAny } from './encode-values.ts'
import { RESOURCE_TYPE, TRAITS } from './field-numbers.ts'
import { WireWriter } from './wire-writer.ts'

const wire = new WireWriter()

/** `c1.connector.v2.ResourceType`: id, names, traits, and the skip annotation where the type asks for it. */
export function encodeResourceType(type: ResourceType): Uint8Array {
  writeReference(type)
  if (type.skipEntitlementsAndGrants) writeAny(wire, RESOURCE_TYPE.annotations, 'SkipEntitlementsAndGrants')
  wire.text(RESOURCE_TYPE.description, type.description)
  return wire.take()
}

/** The part of a resource type that an entitlement's `grantable_to` repeats: id, display name and traits. */
export function encodeResourceTypeReference(type: Pick<ResourceType, 'id'> & Partial<ResourceType>): Uint8Array {
  writeReference(type)
  return wire.take()
}

function writeReference(type: Pick<ResourceType, 'id'> & Partial<ResourceType>): void {
  wire.start()
  wire.text(RESOURCE_TYPE.id, type.id)
  wire.text(RESOURCE_TYPE.displayName, type.displayName ?? '')
  const traits = type.traits ?? []
  if (traits.length > 0)
    wire.bytes(
      RESOURCE_TYPE.traits,
      Uint8Array.from(traits, (trait) => TRAITS[trait]),
    )
}
