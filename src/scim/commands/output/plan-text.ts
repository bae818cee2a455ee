import { printable } from '../../../sdk/text/printable.ts'
import type { CommandOutput } from '../../../sdk/cli/command.ts'
import {
  memberIds,
  operationJson,
  type PlanDocument,
  type PlanOperation,
  type PlanStep,
} from '../../plan/plan-document.ts'
import { costWords, number, planWords, plural, skippedWords } from './words.ts'

/** A plan whose operations come one at a time. */
export interface PlanView extends Omit<PlanDocument, 'operations' | 'version'> {
  readonly steps: () => Iterable<PlanStep>
}

/** Counts, cost and notes: what a reader wants to know first. */
export function writePlanHead(output: CommandOutput, { summary, notes, conflicts }: PlanView): void {
  output.write(`${planWords(summary)}\n`)
  if (summary.requests > 0) output.write(`${costWords(summary)}\n`)
  for (const note of notes) output.write(`note: ${printable(note)}\n`)
  for (const { kind, name, detail } of conflicts)
    output.write(`conflict: ${kind} ${printable(name)}: ${printable(detail)}\n`)
  const skipped = skippedWords(summary.skipped)
  if (skipped !== undefined) output.write(`${skipped}\n`)
  if (summary.unresolvedMembers > 0)
    output.write(
      `${plural(summary.unresolvedMembers, 'membership')} of users who are not provisioned: added once they are\n`,
    )
}

const WORDS: Readonly<Record<PlanOperation['action'], string>> = {
  create: 'create',
  update: 'update',
  enable: 'enable',
  disable: 'disable',
  delete: 'delete',
  'add-members': 'add',
  'remove-members': 'remove',
}

/** One line for each operation: what, to whom, why. */
export function writePlanTable(output: CommandOutput, { steps }: PlanView): void {
  let isFirst = true
  for (const operation of steps()) {
    if (isFirst) output.write('\n')
    isFirst = false
    const { action, kind, name, reason, state, memberCount } = operation
    const verb = (state === 'planned' ? WORDS[action] : state === 'staged' ? 'wait' : 'hold').padEnd(8)
    const what = memberCount > 0 ? `${number(memberCount)} ${action === 'add-members' ? 'to' : 'from'} ${name}` : name
    output.write(`${verb}${kind.padEnd(6)}${printable(what)}  ${printable(reason)}\n`)
  }
}

const MOST_SHOWN = 20

/** As a diff that a reviewer reads: what each object has now, and what it will have. */
export function writePlanDiff(output: CommandOutput, { steps }: PlanView): void {
  for (const step of steps()) {
    const { action, kind, name, reason, state, changes, memberCount } = step
    const sign = action === 'create' ? '+' : action === 'delete' ? '-' : '~'
    const waits = state === 'planned' ? '' : state === 'staged' ? ' [waits for allow-deletes]' : ' [held back]'
    output.write(`\n${sign} ${kind} ${printable(name)}  (${printable(reason)})${waits}\n`)
    for (const { path, before, after } of changes()) {
      if (before !== undefined) output.write(`-   ${path}: ${printable(String(before))}\n`)
      if (after !== undefined) output.write(`+   ${path}: ${printable(String(after))}\n`)
    }
    if (memberCount === 0) continue
    const end = action === 'add-members' ? '+' : '-'
    for (const member of memberIds(step).slice(0, MOST_SHOWN)) output.write(`${end}   member ${printable(member)}\n`)
    if (memberCount > MOST_SHOWN)
      output.write(`${end}   … and ${number(memberCount - MOST_SHOWN)} members more; --output json lists all\n`)
  }
}

/** The whole plan as one JSON object, written piece by piece. */
export function writePlanJson(output: CommandOutput, { steps, ...head }: PlanView): void {
  const text = JSON.stringify({ version: 1, ...head })
  output.write(`${text.slice(0, -1)},"operations":[`)
  let separator = '\n'
  for (const operation of steps()) {
    output.write(separator + operationJson(operation))
    separator = ',\n'
  }
  output.write('\n]}\n')
}
