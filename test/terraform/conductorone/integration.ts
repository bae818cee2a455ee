import { type Attributes, isList, settled, textOf, UNKNOWN, type Value } from '../dynamic-value.ts'
import type { Resource } from '../provider.ts'
import type { Platform } from './platform.ts'
import type { StoredRecord } from './records.ts'
import { settledAttributes } from './stored-resource.ts'

/** What tells one kind of connector from another: which of its arguments an update sends. */
export interface IntegrationRules {
  /** Sent at every update; the rest of the arguments is ignored by the platform. */
  readonly updates: readonly string[]
  /** Arguments that the platform never shows again. */
  readonly neverRead: readonly string[]
}

/** The connector that runs outside: an update sends the owners. */
export const BATON: IntegrationRules = { updates: ['user_ids'], neverRead: [] }

/** The connector that the platform runs: an update sends the configuration and never the owners. */
export const TWINGATE: IntegrationRules = {
  updates: ['twingate_apikey', 'twingate_domain'],
  neverRead: ['twingate_apikey'],
}

/** A connector in an app. There is no import. Any update makes all that is computed unknown, its id, too. */
export function integration(platform: Platform, rules: IntegrationRules): Resource {
  const shown = (state: Attributes, record: StoredRecord): Attributes => ({
    ...record.attributes,
    ...Object.fromEntries(rules.neverRead.map((name) => [name, state[name] ?? null])),
  })
  return {
    replacing: [['app_id']],
    computedOnUpdate: { unknownBut: [] },
    create: async ({ planned }) => {
      const app = textOf(planned, 'app_id')
      const id = platform.newId('connector')
      return platform.call({ operation: 'connector.create', body: true, id }, () => {
        platform.find('app', app)
        const now = platform.now()
        return platform.records.put('connector', id, {
          ...settledAttributes(planned),
          user_ids: ownersOf(planned, platform.creator),
          created_at: now,
          updated_at: now,
        }).attributes
      })
    },
    read: async (state) => {
      const id = textOf(state, 'id')
      return platform.call({ operation: 'connector.read', body: false, id }, () => {
        const record = platform.find('connector', id)
        return record.deletedAt === undefined ? shown(state, record) : null
      })
    },
    update: async ({ prior, planned }) => {
      const id = textOf(prior, 'id')
      return platform.call({ operation: 'connector.update', body: true, id }, () => {
        const record = platform.find('connector', id)
        const sent = rules.updates.filter((name) => planned[name] !== UNKNOWN)
        record.attributes = {
          ...record.attributes,
          ...Object.fromEntries(sent.map((name) => [name, settled(planned[name] ?? null)])),
          updated_at: platform.now(),
        }
        return record.attributes
      })
    },
    delete: async (state) => {
      const id = textOf(state, 'id')
      platform.call({ operation: 'connector.delete', body: true, id }, () => {
        platform.find('connector', id).deletedAt = platform.now()
        for (const credential of platform.records.all('credential'))
          if (credential.attributes['connector_id'] === id) platform.records.of('credential').delete(credential.id)
      })
    },
  }
}

/** The creator owns what names no owner. */
function ownersOf(planned: Attributes, creator: string): Value {
  const wanted = planned['user_ids']
  return isList(wanted) && wanted.length > 0 ? wanted : [creator]
}
