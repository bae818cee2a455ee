import { decodeGrantSources } from './decode-grant.ts'
import { GRANT } from './field-numbers.ts'
import type { StoredGrant } from './stored.ts'
import { lengthKeys, WireReader } from './wire-reader.ts'

const KEYS = lengthKeys(GRANT)

const NO_SOURCES: StoredGrant['sources'] = new Map()

/** What expansion needs of a grant. */
export interface GrantHead {
  /** Its principal as bytes, with field number and length; absent in slim grants. A view, not a copy. */
  readonly principal?: Uint8Array
  readonly sources: StoredGrant['sources']
}

/** Reads the parts of an encoded grant that expansion needs. Errors: as `WireReader`. */
export function readGrantHead(bytes: Uint8Array): GrantHead {
  const wire = new WireReader(bytes)
  let principal: Uint8Array | undefined
  let hasSources = false
  for (let key = wire.next(), start = 0; key !== 0; key = wire.next()) {
    wire.skip()
    if (key === KEYS.principal) principal = bytes.subarray(start, wire.position)
    else if (key === KEYS.sources) hasSources = true
    start = wire.position
  }
  const sources = hasSources ? decodeGrantSources(bytes) : NO_SOURCES
  return principal === undefined ? { sources } : { principal, sources }
}

/** An encoded message without the fields that `drop` says, by the bytes of each: field number, length and value. Errors: as `WireReader`. */
export function withoutFields(bytes: Uint8Array, drop: (key: number, field: Uint8Array) => boolean): Uint8Array {
  const wire = new WireReader(bytes)
  const kept: Uint8Array[] = []
  for (let key = wire.next(), start = 0; key !== 0; key = wire.next()) {
    wire.skip()
    const field = bytes.subarray(start, wire.position)
    if (!drop(key, field)) kept.push(field)
    start = wire.position
  }
  return Buffer.concat(kept)
}

/** An encoded grant without its sources. Errors: as `WireReader`. */
export const withoutSources = (bytes: Uint8Array): Uint8Array => withoutFields(bytes, (key) => key === KEYS.sources)
