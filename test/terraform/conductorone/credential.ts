import { textOf } from '../dynamic-value.ts'
import { ProviderError, type Resource } from '../provider.ts'
import { createClientSecret } from './client-secret.ts'
import type { Platform } from './platform.ts'

/** Id and secret of a connector that runs outside. The secret is in the answer to its creation and never again. */
export function credential(platform: Platform): Resource {
  return {
    replacing: [['app_id'], ['connector_id']],
    computedOnUpdate: { unknownBut: [] },
    create: async ({ planned }) => {
      const connector = textOf(planned, 'connector_id')
      const id = platform.newId('credential')
      const made = platform.call({ operation: 'credential.create', body: true, id }, () => {
        if (platform.find('connector', connector).deletedAt !== undefined)
          throw new ProviderError(`connector ${connector} is deleted`)
        const now = platform.now()
        const record = platform.records.put('credential', id, {
          app_id: textOf(planned, 'app_id'),
          connector_id: connector,
          client_id: `${id}@${platform.tenantHost}/ccc`,
          client_secret: '',
          display_name: '',
          created_at: now,
          updated_at: now,
          expires_time: null,
          last_used_at: null,
        })
        const secret = createClientSecret()
        platform.secrets.set(id, secret)
        return { ...record.attributes, client_secret: secret }
      })
      await platform.door.letIn(textOf(made, 'client_id'), made.client_secret)
      return made
    },
    read: async (state) => {
      const id = textOf(state, 'id')
      return platform.call(
        { operation: 'credential.read', body: false, id },
        () => platform.records.of('credential').get(id)?.attributes ?? null,
      )
    },
    update: async ({ prior }) => prior,
    delete: async (state) => {
      const id = textOf(state, 'id')
      platform.call({ operation: 'credential.revoke', body: true, id }, () => {
        platform.records.of('credential').delete(id)
      })
      await platform.door.shutOut(textOf(state, 'client_id'))
    },
    importState: (id) => JSON.parse(id) as Readonly<Record<string, string>>,
  }
}
