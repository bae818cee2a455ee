import type { CommandOutput } from '../../../sdk/cli/command.ts'
import { printable } from '../../../sdk/text/printable.ts'
import type { LogRecord } from '../../state/log-records.ts'
import { changeLines } from './record-text.ts'
import { plural } from './words.ts'

/** What became of one demand. */
export interface OnDemandView {
  readonly source: string
  readonly target: string
  /** Whether it was only shown what would be done. */
  readonly dryRun: boolean
  readonly requests: number
  /** Sentences for people. */
  readonly notes: readonly string[]
  /** The object first, then the users of a group. */
  readonly records: readonly Omit<LogRecord, 'id'>[]
}

const STEPS = [
  ['import', 'import'],
  ['scope', 'scoping'],
  ['match', 'matching'],
  ['map', 'processing'],
  ['act', 'export'],
] as const

interface ShownStep {
  readonly step: (typeof STEPS)[number][0]
  readonly status: LogRecord['status']
  readonly description: string
}

type Shown = Omit<LogRecord, 'id'>

/** The five steps of an object; what was done to it in several operations is one of them. */
export function fiveSteps({ provisioningSteps, status, reason = '' }: Shown, dryRun: boolean): readonly ShownStep[] {
  return STEPS.map(([step, type]): ShownStep => {
    const parts = provisioningSteps.filter((one) => one.type === type)
    if (parts.length === 0)
      return { step, status: step === 'act' && status === 'failure' ? 'failure' : 'skipped', description: reason }
    const description = parts.map((part) => part.description).join('; ')
    return {
      step,
      status: step === 'act' ? status : (parts[0]?.status ?? 'skipped'),
      description: step === 'act' && dryRun ? `not done in a dry run: ${description}` : description,
    }
  })
}

/** The object with its five steps, below it what changed, and the same for each user of a group. */
export function writeOnDemand(output: CommandOutput, { records, dryRun, requests, notes }: OnDemandView): void {
  for (const record of records) {
    const name = record.sourceIdentity?.displayName ?? '?'
    const code = record.errorCode === undefined ? '' : ` (${record.errorCode})`
    output.write(`${record.kind} ${printable(name)}: ${actionWord(record, dryRun)}${code}\n`)
    for (const { step, status, description } of fiveSteps(record, dryRun))
      output.write(`  ${step.padEnd(6)}  ${status.padEnd(7)}  ${printable(description)}\n`)
    for (const line of changeLines(record)) output.write(`${line}\n`)
  }
  for (const note of notes) output.write(`note: ${printable(note)}\n`)
  output.write(`${plural(requests, 'request')} to the target\n`)
}

function actionWord({ status, provisioningAction: action }: Shown, dryRun: boolean): string {
  if (dryRun && action !== 'other') return `would ${action}`
  return status === 'success' ? `${action}, success` : status
}

/** The same as one JSON object. Keys are a public format: they are added to, never changed. */
export function onDemandJson({ source, target, dryRun, requests, notes, records }: OnDemandView): string {
  const [object, ...users] = records.map((record) => ({
    kind: record.kind,
    name: record.sourceIdentity?.displayName,
    sourceId: record.sourceIdentity?.id,
    targetId: record.targetIdentity?.id,
    action: record.provisioningAction,
    status: record.status,
    errorCode: record.errorCode,
    reason: record.reason,
    steps: fiveSteps(record, dryRun),
    changes: record.modifiedProperties.map(({ displayName: path, oldValue: before, newValue: after }) => ({
      path,
      before,
      after,
    })),
  }))
  return `${JSON.stringify({ version: 1, source, target, dryRun, ...object, users, notes, requests })}\n`
}
