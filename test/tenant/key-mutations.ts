import { answer, found, present, Refusal } from './payload.ts'
import type { TenantNetwork } from './tenant-network.ts'
import { timestamp } from './timestamp.ts'

interface KeyCreate {
  readonly expirationTime: number
  readonly name: string | null
  readonly serviceAccountId: string
}

const DAY_MS = 86_400_000

/** The resolvers that make keys of service accounts and end them. The secret is in the answer of its creation alone. */
export const keyMutations = (network: TenantNetwork) => ({
  serviceAccountKeyCreate: (_: unknown, { expirationTime: days, name, serviceAccountId }: KeyCreate) => {
    const payload = answer(() => {
      const account = found(
        network.serviceAccounts.find(({ id }) => id === serviceAccountId),
        serviceAccountId,
        'serviceAccountId',
        'ServiceAccount',
      )
      if (days < 0 || days > 365) throw new Refusal('Expiration time must be between 0 and 365 days.')
      const now = Date.now()
      return network.addKey(account, {
        ...(name !== null && { name }),
        createdAt: timestamp(now),
        expiresAt: days === 0 ? null : timestamp(now + days * DAY_MS),
      })
    })
    return { ...payload, token: payload.entity && network.secretOf(payload.entity) }
  },

  serviceAccountKeyRevoke: (_: unknown, { id }: { readonly id: string }) =>
    answer(() => {
      const key = found(
        network.keys.find((one) => one.id === id),
        id,
        'id',
        'ServiceAccountKey',
      )
      if (key.status !== 'ACTIVE') throw new Refusal(`Service account key is ${key.status.toLowerCase()} already.`)
      key.status = 'REVOKED'
      key.revokedAt = timestamp(Date.now())
      return key
    }),

  serviceAccountKeyDelete: (_: unknown, { id }: { readonly id: string }) =>
    answer(() => {
      const key = present(
        network.keys.find((one) => one.id === id),
        id,
      )
      if (key?.status === 'ACTIVE') throw new Refusal('Active service account keys cannot be deleted.')
      const keys = key?.serviceAccount.keys
      if (key) keys?.splice(keys.indexOf(key), 1)
      return null
    }),
})
