import type { Field } from './field.ts'
import { parseTexts } from './field-value.ts'
import type { Problem } from './problem.ts'
import { problemOf } from './problem.ts'
import type { FlagTexts } from './setting.ts'

/** Reads the flags that belong to one subcommand. A flag without its value is a problem already. */
export function readOwnFlags(
  fields: readonly Field[],
  texts: FlagTexts,
): { readonly values: ReadonlyMap<string, string>; readonly problems: readonly Problem[] } {
  const values = new Map<string, string>()
  const problems: Problem[] = []
  for (const field of fields) {
    const given = texts.get(field.name)
    if (given === undefined && field.required === true) problems.push(problemOf(field, 'is required; see --help'))
    if (given === undefined || given.length === 0) continue
    const parsed = parseTexts(field, given)
    if ('problem' in parsed) problems.push(problemOf(field, parsed.problem))
    else values.set(field.name, String(parsed.value))
  }
  return { values, problems }
}
