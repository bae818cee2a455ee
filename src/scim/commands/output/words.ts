import { formatDuration } from '../../../sdk/text/duration.ts'
import type { CycleCounts } from '../../state/cycles.ts'
import type { PlanSummary } from '../../plan/plan-document.ts'

export const number = (value: number): string => value.toLocaleString('en-US')

/** `1 request`, `2 requests`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

const list = (parts: readonly (readonly [number, string])[]): readonly string[] =>
  parts.filter(([count]) => count > 0).map(([count, word]) => `${number(count)} ${word}`)

/** `12 to create, 3 to disable, 40 memberships to add`. */
export function planWords(summary: PlanSummary): string {
  const parts = list([
    [summary.create, 'to create'],
    [summary.update, 'to update'],
    [summary.enable, 'to enable'],
    [summary.disable, 'to disable'],
    [summary.delete, 'to delete'],
    [summary.addMembers, summary.addMembers === 1 ? 'membership to add' : 'memberships to add'],
    [summary.removeMembers, summary.removeMembers === 1 ? 'membership to remove' : 'memberships to remove'],
  ])
  if (parts.length > 0) return parts.join(', ')
  return summary.sourceComplete && summary.targetComplete
    ? 'Nothing to do: the target is as the source wants it'
    : 'Nothing to do with what was read'
}

/** `61 requests, about 3 s`. */
export const costWords = ({ requests, seconds }: PlanSummary): string =>
  `${plural(requests, 'request')}, about ${seconds < 1 ? 'a second' : formatDuration(Math.ceil(seconds) * 1000)}`

/** `12 created, 3 disabled, 40 memberships added, 1 failed`. `detail` is what ended the cycle before its end. */
export function countWords(counts: CycleCounts, detail?: string): string {
  const parts = list([
    [counts.created, 'created'],
    [counts.updated, 'updated'],
    [counts.enabled, 'enabled'],
    [counts.disabled, 'disabled'],
    [counts.deleted, 'deleted'],
    [counts.membersAdded, counts.membersAdded === 1 ? 'membership added' : 'memberships added'],
    [counts.membersRemoved, counts.membersRemoved === 1 ? 'membership removed' : 'memberships removed'],
    [
      counts.membersUnverified,
      `membership change${counts.membersUnverified === 1 ? '' : 's'} sent that the target cannot verify`,
    ],
    [counts.failed, 'failed'],
    [counts.conflicts, 'in conflict'],
    [counts.staged, 'waiting for scim allow-deletes'],
    [counts.held, 'held back'],
  ])
  return parts.length === 0 ? (detail === undefined ? 'nothing to do' : 'nothing done') : parts.join(', ')
}

/** `17 not provisioned: 12 OutOfScope, 5 NotAssigned`; `undefined` for none. */
export function skippedWords(skipped: Readonly<Record<string, number>>): string | undefined {
  const entries = Object.entries(skipped)
  const total = entries.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return undefined
  return `${number(total)} not provisioned: ${entries.map(([code, count]) => `${number(count)} ${SKIPS[code] ?? code}`).join(', ')}`
}

const SKIPS: Readonly<Record<string, string>> = {
  Deleted: 'deleted at the source',
  Left: 'gone from the source',
  NotAssigned: 'not assigned',
  NotEffectivelyEntitled: 'assigned by default access only',
  OutOfScope: 'out of scope',
  ImportSkipped: 'without a value to match by',
  MappingFailed: 'that cannot be mapped',
}
