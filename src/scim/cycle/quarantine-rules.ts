import type { ConnectorError, ErrorCode } from '../../sdk/ground/errors.ts'
import type { Staged } from '../plan/guard.ts'
import type { CycleCounts } from '../state/cycles.ts'
import type { QuarantineReason } from '../state/quarantine.ts'

/** By how many failures a cycle is judged: `entra` has the numbers of Microsoft's service, which a small directory never reaches. */
export type QuarantineProfile = 'small' | 'entra'

/** Source: Microsoft's "Application provisioning in quarantine status"; the smaller numbers are ours. */
const THRESHOLDS = {
  small: { evaluateFrom: 10, share: 0.4, failures: 40_000, all: 60_000 },
  entra: { evaluateFrom: 5_000, share: 0.4, failures: 40_000, all: 60_000 },
} as const satisfies Readonly<Record<QuarantineProfile, unknown>>

/** Failures that stay until a person acts: a wrong token, a target that is no SCIM server. */
const AT_ONCE: ReadonlySet<ErrorCode> = new Set([
  'unauthenticated',
  'permission-denied',
  'not-found',
  'unimplemented',
  'invalid-argument',
])

/** Whether a cycle ends in quarantine, and why. Failed memberships count only towards the highest threshold. */
export function quarantineOf(
  error: ConnectorError | undefined,
  staged: Staged | undefined,
  counts: CycleCounts | undefined,
  profile: QuarantineProfile,
): { readonly reason: QuarantineReason; readonly detail: string } | undefined {
  if (error?.reason === 'source gave nothing') return { reason: 'IngestionInterrupted', detail: error.detail }
  if (error && AT_ONCE.has(error.code)) return { reason: 'EncounteredQuarantineException', detail: error.detail }
  if (staged) return { reason: 'TooManyDeletes', detail: `${staged.reason} for scim allow-deletes` }
  if (!counts) return undefined
  const { evaluateFrom, share, failures, all } = THRESHOLDS[profile]
  const { created, updated, enabled, disabled, deleted, failed } = counts
  const tried = created + updated + enabled + disabled + deleted + failed
  const detail = `${failed} of ${tried} objects failed`
  if (failed > all) return { reason: 'EncounteredTotalEscrowThreshold', detail }
  if (failed > failures) return { reason: 'EncounteredBaseEscrowThreshold', detail }
  if (failed >= evaluateFrom && failed > tried * share)
    return { reason: 'EncounteredEscrowProportionThreshold', detail }
  return undefined
}
