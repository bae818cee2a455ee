import { textOf } from '../dynamic-value.ts'
import type { Resource } from '../provider.ts'
import type { Platform } from './platform.ts'
import { settledAttributes } from './stored-resource.ts'

/** All that can be requested through a profile, as one list that is read back. */
export function requestableEntries(platform: Platform): Resource {
  const put: Resource['create'] = async ({ planned }) => {
    const id = textOf(planned, 'catalog_id')
    return platform.call({ operation: 'entries.update', body: true, id }, () => {
      platform.find('profile', id)
      const attributes = settledAttributes(planned)
      platform.records.put('entries', id, attributes)
      return attributes
    })
  }
  return {
    replacing: [['catalog_id']],
    computedOnUpdate: { unknownBut: [] },
    create: put,
    read: async (state) => {
      const id = textOf(state, 'catalog_id')
      return platform.call({ operation: 'entries.read', body: false, id }, () => ({
        ...state,
        app_entitlements: platform.find('entries', id).attributes['app_entitlements'] ?? null,
      }))
    },
    update: put,
    delete: async (state) => {
      const id = textOf(state, 'catalog_id')
      platform.call({ operation: 'entries.delete', body: true, id }, () => {
        platform.records.of('entries').delete(id)
      })
    },
  }
}

/** Who sees a profile. Never read back: what changes elsewhere is not noticed. */
export function visibilityBindings(platform: Platform): Resource {
  return {
    replacing: [['catalog_id'], ['access_entitlements']],
    computedOnUpdate: { unknownBut: [] },
    create: async ({ planned }) => {
      const id = textOf(planned, 'catalog_id')
      return platform.call({ operation: 'visibility.create', body: true, id }, () => {
        platform.find('profile', id)
        return settledAttributes(planned)
      })
    },
    read: async (state) => state,
    update: async ({ prior }) => prior,
    delete: async (state) => {
      platform.call({ operation: 'visibility.delete', body: true, id: textOf(state, 'catalog_id') }, () => {})
    },
  }
}
