import type { CommandOutput } from '../../../sdk/cli/command.ts'
import { printable } from '../../../sdk/text/printable.ts'
import type { Mappings } from '../../config/mappings.ts'
import type { ExplainedValue } from '../../map/explain.ts'
import type { Kind } from '../../model.ts'

/** What the mappings make of one object. */
export interface Explanation {
  readonly kind: Kind
  readonly id: string
  /** Name of the source. */
  readonly source: string
  /** A sentence that goes on after the object. */
  readonly scope: string
  readonly enabled: boolean | undefined
  readonly match: readonly string[]
  /** Why it cannot be provisioned. */
  readonly refusal: string | undefined
  readonly values: readonly ExplainedValue[]
}

/** Every line of both mappings, and by what objects are matched. */
export function writeMappings(output: CommandOutput, mappings: Mappings): void {
  for (const { kind, attributes, match } of [mappings.user, mappings.group]) {
    output.write(`${kind === 'user' ? 'Users' : '\nGroups'}, matched by ${match.join(', then ')}\n`)
    const width = widest(attributes.map(({ path }) => path))
    for (const { path, text, apply, default: ifEmpty } of attributes) {
      const notes = [
        ...(apply === 'create' ? ['at a create only'] : []),
        ...(ifEmpty === undefined ? [] : [`at a create ${JSON.stringify(ifEmpty)} if the source gives no value`]),
      ]
      output.write(`  ${path.padEnd(width)}  ${text}${notes.length === 0 ? '' : `  (${notes.join(', ')})`}\n`)
    }
  }
}

/** Scope, matching and the way of each value. */
export function writeExplanation(output: CommandOutput, explanation: Explanation): void {
  const { kind, id, source, scope, enabled, match, refusal, values } = explanation
  output.write(`${kind} ${printable(id)} of ${printable(source)}\n`)
  output.write(`  ${printable(scope)}\n`)
  if (enabled === false) output.write('  may not sign in at the source, so that it is disabled\n')
  output.write(`  is matched by ${match.join(', then ')}\n`)
  if (refusal !== undefined) output.write(`  cannot be provisioned: ${printable(refusal)}\n`)
  const width = widest(values.map(({ path }) => path))
  for (const value of values) {
    output.write(`\n${value.path.padEnd(width)}  ${outcomeText(value)}\n`)
    // An attribute as it is says it all in the line that reads it.
    if (value.expression !== `[${value.reads[0]?.attribute}]`) output.write(`  ${value.expression}\n`)
    for (const { attribute, value: read } of value.reads)
      output.write(`  [${attribute}] ${read === undefined ? 'is empty' : `= ${printable(read)}`}\n`)
  }
}

function outcomeText({ value, candidates, onCreate, reason }: ExplainedValue): string {
  if (reason !== undefined) return `left alone: ${printable(reason)}`
  const text = candidates ? `the first that is free of ${candidates.join(', ')}` : String(value)
  return `${printable(text)}${onCreate ? '  (at a create only)' : ''}`
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length))
