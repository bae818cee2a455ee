import { enumNames, fill, type Mutable, readAny } from './decode-values.ts'
import { readResource } from './decode-resource.ts'
import { readResourceType } from './decode-resource-type.ts'
import { ENTITLEMENT, PURPOSES } from './field-numbers.ts'
import type { AnyMessage, StoredEntitlement, StoredResourceType } from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const KEYS = lengthKeys(ENTITLEMENT)
const PURPOSE = varintKeys(ENTITLEMENT).purpose

const purposeName = enumNames(PURPOSES)

/** A row of `v1_entitlements`. Errors: as `WireReader`. */
export const decodeEntitlement = (bytes: Uint8Array): StoredEntitlement => readEntitlement(new WireReader(bytes))

/** `c1.connector.v2.Entitlement`. */
export function readEntitlement(wire: WireReader): StoredEntitlement {
  const grantableTo: StoredResourceType[] = []
  const annotations: AnyMessage[] = []
  const entitlement: Mutable<StoredEntitlement> = {
    id: '',
    displayName: '',
    description: '',
    grantableTo,
    annotations,
    slug: '',
  }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case KEYS.resource:
        entitlement.resource = wire.message(readResource)
        break
      case KEYS.id:
        entitlement.id = wire.text()
        break
      case KEYS.displayName:
        entitlement.displayName = wire.text()
        break
      case KEYS.description:
        entitlement.description = wire.text()
        break
      case KEYS.grantableTo:
        grantableTo.push(wire.message(readResourceType))
        break
      case KEYS.annotations:
        annotations.push(wire.message(readAny))
        break
      case PURPOSE:
        fill(entitlement, 'purpose', purposeName(wire.uint()))
        break
      case KEYS.slug:
        entitlement.slug = wire.text()
        break
      default:
        wire.skip()
    }
  }
  return entitlement
}
