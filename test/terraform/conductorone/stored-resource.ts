import { type Attributes, mapAttributes, settled, textOf, UNKNOWN } from '../dynamic-value.ts'
import type { Path } from '../plan-change.ts'
import type { Resource } from '../provider.ts'
import type { Platform } from './platform.ts'
import type { RecordKind } from './records.ts'

export interface StoredResourceRules {
  readonly replacing?: readonly Path[]
  /** Computed attributes that an update leaves known. */
  readonly keepsOnUpdate?: readonly string[]
}

/** A resource that is stored as it was planned, with an id and times of its own: what most of the platform's types do. */
export function storedResource(platform: Platform, kind: RecordKind, rules: StoredResourceRules = {}): Resource {
  return {
    replacing: rules.replacing ?? [],
    computedOnUpdate: { unknownBut: rules.keepsOnUpdate ?? [] },
    create: async ({ planned }) => {
      const id = platform.newId(kind)
      return platform.call({ operation: `${kind}.create`, body: true, id }, () => {
        const now = platform.now()
        const times = { created_at: now, updated_at: now }
        return platform.records.put(kind, id, { ...settledAttributes(planned), ...times }).attributes
      })
    },
    read: async (state) => {
      const id = textOf(state, 'id')
      return platform.call({ operation: `${kind}.read`, body: false, id }, () => platform.find(kind, id).attributes)
    },
    update: async ({ prior, planned }) => {
      const id = textOf(prior, 'id')
      return platform.call({ operation: `${kind}.update`, body: true, id }, () => {
        const record = platform.find(kind, id)
        record.attributes = { ...changedBy(record.attributes, planned), updated_at: platform.now() }
        return record.attributes
      })
    },
    delete: async (state) => {
      const id = textOf(state, 'id')
      platform.call({ operation: `${kind}.delete`, body: true, id }, () => {
        platform.find(kind, id)
        platform.records.of(kind).delete(id)
      })
    },
    importState: (id) => ({ id }),
  }
}

export const settledAttributes = (attributes: Attributes): Attributes => mapAttributes(attributes, settled)

/** The attributes with what a plan says of them; what it leaves open stays. */
export const changedBy = (attributes: Attributes, planned: Attributes): Attributes =>
  mapAttributes(planned, (value, name) => (value === UNKNOWN ? (attributes[name] ?? null) : settled(value)))
