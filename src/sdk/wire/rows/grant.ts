import { formatGrantId } from '../../model/ids.ts'
import type { Expandable, Grant, ResourceId } from '../../model/model.ts'
import { writeAny, writeResourceId, writeStruct } from './encode-values.ts'
import {
  ENTITLEMENT,
  GRANT,
  GRANT_EXPANDABLE,
  GRANT_METADATA,
  GRANT_SOURCE,
  GRANT_SOURCES,
  MAP_ENTRY,
  RESOURCE,
} from './field-numbers.ts'
import { immutableAnnotation } from './immutable.ts'
import { encodePrincipal } from './resource.ts'
import { WireWriter } from './wire-writer.ts'

const wire = new WireWriter()

/**
 * `c1.connector.v2.Grant`: entitlement, principal, id, annotations. Entitlement and principal are given by id only.
 *
 * Why: it is the sum of four parts that can be joined as bytes, so that a store can keep each part once and join them for a million grants.
 */
export function encodeGrant(grant: Grant): Uint8Array {
  const entitlement = encodeGrantedEntitlement(grant.entitlementId, grant.resource)
  const annotations = encodeGrantAnnotations(grant)
  wire.start()
  wire.raw(entitlement)
  wire.raw(encodePrincipal(grant.principal))
  wire.text(GRANT.id, formatGrantId(grant.entitlementId, grant.principal))
  wire.raw(annotations)
  return wire.take()
}

/** Field 1 of a grant, with field number and length: the entitlement by its resource and id. */
export function encodeGrantedEntitlement(entitlementId: string, resource: ResourceId): Uint8Array {
  wire.start()
  const entitlement = wire.open(GRANT.entitlement)
  const owner = wire.open(ENTITLEMENT.resource)
  writeResourceId(wire, RESOURCE.id, resource)
  wire.close(owner)
  wire.text(ENTITLEMENT.id, entitlementId)
  wire.close(entitlement)
  return wire.take()
}

/** Field 4 of a grant, with field number and length, once for each annotation; empty where there is none. What makes it expandable stands apart. */
export function encodeGrantAnnotations({ immutable, metadata }: Pick<Grant, 'immutable' | 'metadata'>): Uint8Array {
  wire.start()
  if (immutable) wire.bytes(GRANT.annotations, immutableAnnotation('GrantImmutable', immutable))
  if (metadata)
    writeAny(wire, GRANT.annotations, 'GrantMetadata', () => {
      const struct = wire.open(GRANT_METADATA.metadata)
      writeStruct(wire, metadata)
      wire.close(struct)
    })
  return wire.take()
}

/** `c1.connector.v2.GrantExpandable`: what the column `expansion` holds. */
export function encodeExpandable({ entitlementIds, shallow, types }: Expandable): Uint8Array {
  wire.start()
  for (const id of entitlementIds) wire.presentText(GRANT_EXPANDABLE.entitlementIds, id)
  wire.bool(GRANT_EXPANDABLE.shallow, shallow)
  for (const type of types) wire.presentText(GRANT_EXPANDABLE.resourceTypeIds, type)
  return wire.take()
}

/**
 * Field 5 of a grant, with field number and length: the entitlements that it follows from, and whether the principal holds each directly.
 *
 * Shape: `sources` come in the byte order of their ids, as the official writer sorts them; the value of an entry stands there also where it is empty.
 */
export function encodeGrantSources(sources: Iterable<readonly [entitlementId: string, isDirect: boolean]>): Uint8Array {
  wire.start()
  writeSources(sources)
  return wire.take()
}

/** What a grant that was added by expansion has behind its id: the mark that it cannot be changed itself, and its sources. */
export function encodeExpandedEnd(sources: Iterable<readonly [entitlementId: string, isDirect: boolean]>): Uint8Array {
  wire.start()
  writeAny(wire, GRANT.annotations, 'GrantImmutable')
  writeSources(sources)
  return wire.take()
}

/** Field 1 of a grant, with field number and length: the entitlement as its own row holds it. */
export function encodeWholeEntitlement(data: Uint8Array): Uint8Array {
  wire.start()
  wire.bytes(GRANT.entitlement, data)
  return wire.take()
}

function writeSources(sources: Iterable<readonly [string, boolean]>): void {
  const all = wire.open(GRANT.sources)
  for (const [entitlementId, isDirect] of sources) {
    const entry = wire.open(GRANT_SOURCES.sources)
    wire.presentText(MAP_ENTRY.key, entitlementId)
    const value = wire.open(MAP_ENTRY.value)
    wire.bool(GRANT_SOURCE.isDirect, isDirect)
    wire.close(value)
    wire.close(entry)
  }
  wire.close(all)
}
