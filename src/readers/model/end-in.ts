import type { JsonObject } from '../../sdk/wire/rows/stored.ts'

/** Names under which connectors write when a grant or a key ends, as a time or as seconds since 1970. */
export const END_KEYS = ['expires_at', 'expiresAt', 'expires', 'expiration', 'valid_until', 'until', 'end_date']

/** Keys under which connectors write when a grant began. */
export const START_KEYS = [
  'granted_at',
  'grantedAt',
  'assigned_at',
  'assignedAt',
  'created_at',
  'createdAt',
  'since',
  'start_date',
]

/** When something ends by what its connector says of it; `undefined` where it says nothing. */
export function endIn(metadata: JsonObject): Date | undefined {
  for (const key of END_KEYS) {
    const value = metadata[key]
    const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value * 1000 : Number.NaN
    if (!Number.isNaN(time)) return new Date(time)
  }
  return undefined
}
