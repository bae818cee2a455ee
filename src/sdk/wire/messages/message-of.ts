import type { TypedMessage } from '../../service/baton-service.ts'

/** A message of `c1.connector.v2`. */
export const message = (name: string, value: TypedMessage['value'] = {}): TypedMessage => ({
  type: `c1.connector.v2.${name}`,
  value,
})
