import type { ResourceType, Trait } from '../sdk/model.ts'
import { writeAny } from './any.ts'
import { WireWriter } from './wire-writer.ts'

const TRAITS = { user: 1, group: 2, role: 3 } as const satisfies Record<Trait, number>

const wire = new WireWriter()

/** `c1.connector.v2.ResourceType`: id, names, traits, and the skip annotation where the type asks for it. */
export function encodeResourceType(type: ResourceType): Uint8Array {
  writeReference(type)
  if (type.skipEntitlementsAndGrants) writeAny(wire, 4, 'SkipEntitlementsAndGrants')
  wire.text(5, type.description)
  return wire.take()
}

/** The part of a resource type that an entitlement's `grantable_to` repeats: id, display name and traits. */
export function encodeResourceTypeReference(type: Pick<ResourceType, 'id'> & Partial<ResourceType>): Uint8Array {
  writeReference(type)
  return wire.take()
}

function writeReference(type: Pick<ResourceType, 'id'> & Partial<ResourceType>): void {
  wire.start()
  wire.text(1, type.id)
  wire.text(2, type.displayName ?? '')
  const traits = type.traits ?? []
  if (traits.length > 0)
    wire.bytes(
      3,
      Uint8Array.from(traits, (trait) => TRAITS[trait]),
    )
}
