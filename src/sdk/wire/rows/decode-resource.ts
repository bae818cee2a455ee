import type { ResourceId } from '../../model/model.ts'
import { enumNames, fill, type Mutable, readAny, readAssetRef, readStruct, readTimestamp } from './decode-values.ts'
import { CREATION_SOURCES, EXTERNAL_ID, RESOURCE, RESOURCE_ID, STATES, STATUS } from './field-numbers.ts'
import type { AnyMessage, StoredResource, StoredStatus } from './stored.ts'
import { lengthKeys, varintKeys, WireReader } from './wire-reader.ts'

const KEYS = lengthKeys(RESOURCE)
const NUMBERS = varintKeys(RESOURCE)
const ID_KEYS = lengthKeys(RESOURCE_ID)
const STATUS_DETAILS = lengthKeys(STATUS).details
const STATUS_STATUS = varintKeys(STATUS).status
const EXTERNAL_KEYS = lengthKeys(EXTERNAL_ID)

const stateName = enumNames(STATES)
const creationSourceName = enumNames(CREATION_SOURCES)

/** A row of `v1_resources`. Errors: as `WireReader`. */
export const decodeResource = (bytes: Uint8Array): StoredResource => readResource(new WireReader(bytes))

/** `c1.connector.v2.Resource`. */
export function readResource(wire: WireReader): StoredResource {
  const annotations: AnyMessage[] = []
  const resource: Mutable<StoredResource> = { displayName: '', description: '', annotations, batonResource: false }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    switch (key) {
      case KEYS.id:
        resource.id = wire.message(readResourceId)
        break
      case KEYS.parentResourceId:
        resource.parent = wire.message(readResourceId)
        break
      case KEYS.displayName:
        resource.displayName = wire.text()
        break
      case KEYS.annotations:
        annotations.push(wire.message(readAny))
        break
      case KEYS.description:
        resource.description = wire.text()
        break
      default:
        readRest(wire, key, resource)
    }
  }
  return resource
}

function readRest(wire: WireReader, key: number, resource: Mutable<StoredResource>): void {
  switch (key) {
    case NUMBERS.batonResource:
      resource.batonResource = wire.bool()
      return
    case KEYS.externalId:
      resource.externalId = wire.message(readExternalId)
      return
    case NUMBERS.creationSource:
      return fill(resource, 'creationSource', creationSourceName(wire.uint()))
    case KEYS.profile:
      resource.profile = wire.message(readStruct)
      return
    case KEYS.icon:
      return fill(resource, 'icon', wire.message(readAssetRef))
    case KEYS.status:
      resource.status = wire.message(readStatus)
      return
    case KEYS.createdAt:
      return fill(resource, 'createdAt', wire.message(readTimestamp))
    default:
      wire.skip()
  }
}

/** `c1.connector.v2.ResourceId`. */
export function readResourceId(wire: WireReader): ResourceId {
  let type = ''
  let id = ''
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === ID_KEYS.resourceType) type = wire.text()
    else if (key === ID_KEYS.resource) id = wire.text()
    else wire.skip()
  }
  return { type, id }
}

/** `c1.connector.v2.Status` and `UserTrait.Status`, which have the same fields. */
export function readStatus(wire: WireReader): StoredStatus {
  let state: StoredStatus['state']
  let details = ''
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === STATUS_STATUS) state = stateName(wire.uint())
    else if (key === STATUS_DETAILS) details = wire.text()
    else wire.skip()
  }
  return state === undefined ? { details } : { state, details }
}

function readExternalId(wire: WireReader): NonNullable<StoredResource['externalId']> {
  const found = { id: '', link: '', description: '' }
  for (let key = wire.next(); key !== 0; key = wire.next()) {
    if (key === EXTERNAL_KEYS.id) found.id = wire.text()
    else if (key === EXTERNAL_KEYS.link) found.link = wire.text()
    else if (key === EXTERNAL_KEYS.description) found.description = wire.text()
    else wire.skip()
  }
  return found
}
