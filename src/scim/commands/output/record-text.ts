import { printable } from '../../../sdk/text/printable.ts'
import type { LogRecord } from '../../state/log-records.ts'

const MOST_CHANGES = 20

/** One record in lines: what happened, below it each changed attribute as old → new, and the steps where they are wanted. */
export function recordLines(record: LogRecord, withSteps: boolean): readonly string[] {
  const { activityDateTime, status, provisioningAction, kind, sourceIdentity, targetIdentity, reason, errorCode } =
    record
  const name = sourceIdentity?.displayName ?? targetIdentity?.displayName ?? '?'
  const code = errorCode === undefined ? '' : ` (${errorCode})`
  const head = [
    activityDateTime.slice(0, 19).replace('T', ' '),
    status.padEnd(7),
    provisioningAction.padEnd(12),
    kind.padEnd(5),
    `${printable(name)}: ${printable(reason ?? '')}${code}`,
  ].join('  ')
  const steps = withSteps
    ? record.provisioningSteps.map(
        ({ type, status: how, description }) => `    ${type.padEnd(10)}  ${how.padEnd(7)}  ${printable(description)}`,
      )
    : []
  return [head, ...changeLines(record), ...steps]
}

/** Each changed attribute as old → new, in a line of its own. */
export function changeLines({ modifiedProperties }: Pick<LogRecord, 'modifiedProperties'>): readonly string[] {
  const changes = modifiedProperties.map(
    ({ displayName, oldValue, newValue }) => `    ${displayName}: ${valueText(oldValue)} → ${valueText(newValue)}`,
  )
  const more = changes.length - MOST_CHANGES
  return [...changes.slice(0, MOST_CHANGES), ...(more > 0 ? [`    and ${more} more; --output json has them all`] : [])]
}

const valueText = (value: unknown): string => (value === undefined ? 'nothing' : printable(JSON.stringify(value)))
