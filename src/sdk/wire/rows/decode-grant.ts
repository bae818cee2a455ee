import { readEntitlement } from './decode-entitlement.ts'
import { readResource } from './decode-resource.ts'
import { type Mutable, readAny } from './decode-values.ts'
import { GRANT, GRANT_SOURCE, GRANT_SOURCES, MAP_ENTRY } from './field-numbers.ts'
import type { AnyMessage, StoredGrant } from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const KEYS = lengthKeys(GRANT)
const SOURCES_KEYS = lengthKeys(GRANT_SOURCES)
const ENTRY_KEYS = lengthKeys(MAP_ENTRY)
const IS_DIRECT = varintKeys(GRANT_SOURCE).isDirect

/** A row of `v1_grants`. Errors: as `WireReader`. */
export function decodeGrant(bytes: Uint8Array): StoredGrant {
  const wire = new WireReader(bytes)
  const annotations: AnyMessage[] = []
  const sources = new Map<string, boolean>()
  const grant: Mutable<StoredGrant> = { id: '', annotations, sources }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case KEYS.entitlement:
        grant.entitlement = wire.message(readEntitlement)
        break
      case KEYS.principal:
        grant.principal = wire.message(readResource)
        break
      case KEYS.id:
        grant.id = wire.text()
        break
      case KEYS.annotations:
        annotations.push(wire.message(readAny))
        break
      case KEYS.sources:
        wire.message((inner) => readSources(inner, sources))
        break
      default:
        wire.skip()
    }
  }
  return grant
}

/** What a grant says of itself, without entitlement and principal, which its row names as well, at a fraction of the cost. */
export function decodeGrantFacts(bytes: Uint8Array): Pick<StoredGrant, 'annotations' | 'sources'> {
  const wire = new WireReader(bytes)
  const annotations: AnyMessage[] = []
  const sources = new Map<string, boolean>()
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === KEYS.annotations) annotations.push(wire.message(readAny))
    else if (key === KEYS.sources) wire.message((inner) => readSources(inner, sources))
    else wire.skip()
  }
  return { annotations, sources }
}

/** The sources of a grant alone, at a fraction of the cost of all of it. */
export function decodeGrantSources(bytes: Uint8Array): StoredGrant['sources'] {
  const wire = new WireReader(bytes)
  const sources = new Map<string, boolean>()
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === KEYS.sources) wire.message((inner) => readSources(inner, sources))
    else wire.skip()
  }
  return sources
}

/**
 * Whether a principal holds an entitlement itself, and not only by way of another one. Source: baton-sdk v0.25.0 `pkg/sync/expand/expander.go`:
 * the key counts, not its value.
 */
export const isDirect = (sources: StoredGrant['sources'], entitlementId: string): boolean =>
  sources.size === 0 || sources.has(entitlementId)

function readSources(wire: WireReader, sources: Map<string, boolean>): void {
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === SOURCES_KEYS.sources) wire.message((entry) => readSource(entry, sources))
    else wire.skip()
  }
}

function readSource(wire: WireReader, sources: Map<string, boolean>): void {
  let entitlementId = ''
  let direct = false
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ENTRY_KEYS.key) entitlementId = wire.text()
    else if (key === ENTRY_KEYS.value) direct = wire.message(readIsDirect)
    else wire.skip()
  }
  sources.set(entitlementId, direct)
}

function readIsDirect(wire: WireReader): boolean {
  let direct = false
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === IS_DIRECT) direct = wire.bool()
    else wire.skip()
  }
  return direct
}
