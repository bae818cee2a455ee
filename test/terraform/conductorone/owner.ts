import { type Attributes, textOf } from '../dynamic-value.ts'
import type { Resource } from '../provider.ts'
import type { Platform } from './platform.ts'
import { settledAttributes } from './stored-resource.ts'

/** One user as an owner of one connector. */
export function connectorOwner(platform: Platform): Resource {
  const idOf = (state: Attributes): string =>
    ['connector_id', 'role_slug', 'user_ref_id'].map((name) => textOf(state, name)).join('/')
  return {
    replacing: [['app_id'], ['connector_id'], ['role_slug'], ['user_ref_id']],
    computedOnUpdate: { unknownBut: [] },
    create: async ({ planned }) => {
      const id = idOf(planned)
      return platform.call({ operation: 'owner.add', body: true, id }, () => {
        platform.find('connector', textOf(planned, 'connector_id'))
        const attributes = { ...settledAttributes(planned), created_at: platform.now() }
        platform.records.put('owner', id, attributes)
        return attributes
      })
    },
    read: async (state) => {
      const id = idOf(state)
      return platform.call({ operation: 'owner.read', body: false, id }, () =>
        platform.records.of('owner').has(id) ? state : null,
      )
    },
    update: async ({ prior }) => prior,
    delete: async (state) => {
      const id = idOf(state)
      platform.call({ operation: 'owner.remove', body: true, id }, () => {
        platform.records.of('owner').delete(id)
      })
    },
  }
}
