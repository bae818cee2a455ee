import { type Mutable, readStruct } from './decode-values.ts'
import { GRANT_EXPANDABLE, GRANT_METADATA, IMMUTABLE } from './field-numbers.ts'
import type { AnyMessage, JsonObject } from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const EXPANDABLE = lengthKeys(GRANT_EXPANDABLE)
const SHALLOW = varintKeys(GRANT_EXPANDABLE).shallow
const METADATA = lengthKeys(GRANT_METADATA).metadata
const IMMUTABLE_KEYS = lengthKeys(IMMUTABLE)

/** That a grant passes its entitlement's members on to another one. */
export interface StoredExpandable {
  readonly entitlementIds: readonly string[]
  readonly shallow: boolean
  /** Types of the principals that it is for; empty means all. */
  readonly resourceTypeIds: readonly string[]
}

/** `c1.connector.v2.GrantExpandable`, from the column `expansion` or an annotation's value. */
export function decodeExpandable(bytes: Uint8Array): StoredExpandable {
  const wire = new WireReader(bytes)
  const entitlementIds: string[] = []
  const resourceTypeIds: string[] = []
  let shallow = false
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === EXPANDABLE.entitlementIds) entitlementIds.push(wire.text())
    else if (key === EXPANDABLE.resourceTypeIds) resourceTypeIds.push(wire.text())
    else if (key === SHALLOW) shallow = wire.bool()
    else wire.skip()
  }
  return { entitlementIds, shallow, resourceTypeIds }
}

/** Why a grant or an entitlement cannot be changed by its connector. */
export interface StoredImmutable {
  readonly sourceId: string
  readonly metadata?: JsonObject
}

/** The mark of a row that cannot be changed; `undefined` where it can. */
export function immutableOf(
  { annotations }: { readonly annotations: readonly AnyMessage[] },
  kind: 'EntitlementImmutable' | 'GrantImmutable',
): StoredImmutable | undefined {
  const found = annotations.find(({ name }) => name === `c1.connector.v2.${kind}`)
  if (!found) return undefined
  const wire = new WireReader(found.value)
  const immutable: Mutable<StoredImmutable> = { sourceId: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === IMMUTABLE_KEYS.sourceId) immutable.sourceId = wire.text()
    else if (key === IMMUTABLE_KEYS.metadata) immutable.metadata = wire.message(readStruct)
    else wire.skip()
  }
  return immutable
}

/** What a connector says of a grant in its own words; `undefined` where it says nothing. */
export function grantMetadataOf({
  annotations,
}: {
  readonly annotations: readonly AnyMessage[]
}): JsonObject | undefined {
  const found = annotations.find(({ name }) => name === 'c1.connector.v2.GrantMetadata')
  if (!found) return undefined
  const wire = new WireReader(found.value)
  let metadata: JsonObject | undefined
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === METADATA) metadata = wire.message(readStruct)
    else wire.skip()
  }
  return metadata
}
