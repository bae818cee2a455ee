import { enumNames, type Mutable, readAny } from './decode-values.ts'
import { RESOURCE_TYPE, TRAITS } from './field-numbers.ts'
import type { AnyMessage, StoredResourceType, StoredTrait } from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const KEYS = lengthKeys(RESOURCE_TYPE)
const NUMBERS = varintKeys(RESOURCE_TYPE)

const traitName = enumNames(TRAITS)

/** A row of `v1_resource_types`. Errors: as `WireReader`. */
export const decodeResourceType = (bytes: Uint8Array): StoredResourceType => readResourceType(new WireReader(bytes))

/** `c1.connector.v2.ResourceType`. */
export function readResourceType(wire: WireReader): StoredResourceType {
  const traits: number[] = []
  const annotations: AnyMessage[] = []
  const type: Mutable<Omit<StoredResourceType, 'traits'>> = {
    id: '',
    displayName: '',
    description: '',
    annotations,
    sourcedExternally: false,
  }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case KEYS.id:
        type.id = wire.text()
        break
      case KEYS.displayName:
        type.displayName = wire.text()
        break
      case KEYS.traits:
      case NUMBERS.traits:
        wire.uints(key, traits)
        break
      case KEYS.annotations:
        annotations.push(wire.message(readAny))
        break
      case KEYS.description:
        type.description = wire.text()
        break
      case NUMBERS.sourcedExternally:
        type.sourcedExternally = wire.bool()
        break
      default:
        wire.skip()
    }
  }
  const known = traits.map(traitName)
  return { ...type, traits: known.filter((name): name is StoredTrait => name !== undefined) }
}
