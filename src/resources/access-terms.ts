import type { GrantTerms } from '../sdk/contract/provisioner.ts'
import type { AccessEdge } from './access-edge.ts'

const AUTO_LOCK = 'AUTO_LOCK'
const DAY_SECONDS = 86_400

type Said = Pick<AccessEdge, 'expiresAt' | 'securityPolicy' | 'accessPolicy'>

/** The terms in the words of `AccessInput`; what is not asked for is left out, and stays as it is. Source: twingate-schema.graphql. */
export const accessInput = (terms: GrantTerms = {}): Readonly<Record<string, unknown>> => ({
  ...(terms.until && { expiresAt: terms.until.toISOString() }),
  ...(terms.lockAfterSeconds !== undefined && {
    accessPolicy: { mode: AUTO_LOCK, durationSeconds: terms.lockAfterSeconds },
  }),
  ...(terms.policy && { securityPolicyId: terms.policy.id }),
})

/** Whether an edge says all that the terms ask for. */
export const hasTerms = (edge: Said, { until, lockAfterSeconds, policy }: GrantTerms = {}): boolean =>
  (!until ||
    (edge.expiresAt !== undefined && edge.expiresAt !== null && Date.parse(edge.expiresAt) === until.getTime())) &&
  (lockAfterSeconds === undefined ||
    (edge.accessPolicy?.mode === AUTO_LOCK && edge.accessPolicy.durationSeconds === lockAfterSeconds)) &&
  (!policy || edge.securityPolicy?.id === policy.id)

/** What an edge says once the terms are given. */
export const withTerms = (edge: Said, { until, lockAfterSeconds, policy }: GrantTerms = {}): Said => ({
  ...edge,
  ...(until && { expiresAt: until.toISOString() }),
  ...(lockAfterSeconds !== undefined && { accessPolicy: { mode: AUTO_LOCK, durationSeconds: lockAfterSeconds } }),
  ...(policy && {
    securityPolicy: {
      id: policy.id,
      name: policy.id === edge.securityPolicy?.id ? edge.securityPolicy.name : policy.id,
    },
  }),
})

/** `access until 2026-12-01T10:00:00Z, locks after 14 days, policy "Trusted Devices"`. */
export function accessInWords({ expiresAt, securityPolicy, accessPolicy }: Said): string {
  const end = expiresAt ? ` until ${timeInWords(expiresAt)}` : ''
  return [`access${end}`, lockInWords(accessPolicy), securityPolicy && `policy "${securityPolicy.name}"`]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(', ')
}

function timeInWords(text: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : new Date(ms).toISOString().replace(/\.000Z$/, 'Z')
}

function lockInWords(policy: Said['accessPolicy']): string | undefined {
  if (!policy || policy.mode === 'MANUAL') return undefined
  const { mode, durationSeconds } = policy
  if (mode !== AUTO_LOCK) return mode
  if (!durationSeconds) return 'locks without use'
  const days = durationSeconds / DAY_SECONDS
  return Number.isInteger(days)
    ? `locks after ${days} ${days === 1 ? 'day' : 'days'}`
    : `locks after ${durationSeconds / 3600} h`
}
