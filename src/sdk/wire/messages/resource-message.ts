import type { Resource, ResourceId } from '../../model/model.ts'
import type { TypedMessage } from '../../service/baton-service.ts'
import { encodeResource } from '../rows/resource.ts'
import { typedFields } from './typed-fields.ts'

export const resourceIdValue = ({ type, id }: ResourceId): TypedMessage['value'] => ({
  resource_type: type,
  resource: id,
})

/** `c1.connector.v2.Resource` with its trait, the same facts as in a snapshot: they are read from its bytes there. */
export const resourceValue = (resource: Resource): TypedMessage['value'] =>
  typedFields('c1.connector.v2.Resource', encodeResource(resource))
