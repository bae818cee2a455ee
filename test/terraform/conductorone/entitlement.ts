import { textOf } from '../dynamic-value.ts'
import type { Resource } from '../provider.ts'
import type { Platform } from './platform.ts'
import { changedBy } from './stored-resource.ts'

/** Settings of an entitlement that a sync brought. It is never made or deleted here: a destroy only forgets it. */
export function appEntitlement(platform: Platform): Resource {
  const update: Resource['create'] = async ({ planned }) => {
    const id = textOf(planned, 'id')
    return platform.call({ operation: 'entitlement.update', body: true, id }, () => {
      const record = platform.find('entitlement', id)
      record.attributes = { ...changedBy(record.attributes, planned), updated_at: platform.now() }
      return record.attributes
    })
  }
  return {
    replacing: [],
    computedOnUpdate: { unknownBut: [] },
    create: update,
    read: async (state) => {
      const id = textOf(state, 'id')
      return platform.call(
        { operation: 'entitlement.read', body: false, id },
        () => platform.find('entitlement', id).attributes,
      )
    },
    update,
    delete: async () => {},
    importState: (id) => JSON.parse(id) as Readonly<Record<string, string>>,
  }
}
