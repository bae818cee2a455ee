import type { CommandOutput } from '../../../sdk/cli/command.ts'
import { printable } from '../../../sdk/text/printable.ts'
import { SENT_UNVERIFIED } from '../../act/hidden-members.ts'
import type { Engine } from '../../cycle/engine.ts'
import type { CycleResult } from '../../cycle/finish.ts'
import { countWords, plural } from './words.ts'

/** What a cycle came to, in lines: counts first, then what failed and what the target keeps in its own way. */
export function writeCycle(output: CommandOutput, engine: Engine, { counts, error }: CycleResult): void {
  if (!counts || (error?.code === 'canceled' && error.operation === 'apply')) return
  const left = leftOver(engine)
  const rest = left === 0 ? '' : `; ${plural(left, 'operation')} of the plan not carried out`
  const words = countWords(counts, error?.detail)
  output.write(`\n${capital(words)} (${plural(counts.requests, 'request')})${rest}\n`)
  for (const { action, kind, name, code, detail, state } of engine.operations.all()) {
    if (state === 'failed')
      output.write(`failed: ${action} ${kind} ${printable(name)}: ${printable(detail ?? '')} (${code})\n`)
    else if (state === 'done' && code !== undefined && code !== SENT_UNVERIFIED.code)
      output.write(`note: ${kind} ${printable(name)}: ${printable(detail ?? '')}\n`)
  }
}

/** Operations that were not sent, or whose effect nobody has seen, since the cycle broke off. */
const leftOver = ({ operations }: Engine): number => operations.ids(['planned', 'sent', 'answered']).length

/** The same as one JSON object. */
export function cycleJson(
  { operations, target, source }: Engine,
  { cycle, state, counts, error }: CycleResult,
): string {
  const failures: object[] = []
  for (const { action, kind, name, code, detail, state: how } of operations.all())
    if (how === 'failed' || (how === 'done' && code !== undefined))
      failures.push({ action, kind, name, status: how === 'failed' ? 'failure' : 'warning', code, detail })
  const document = {
    version: 1,
    cycle,
    state,
    target: target.url,
    source: source.name,
    counts,
    failures,
    error: error?.detail,
  }
  return `${JSON.stringify(document)}\n`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
