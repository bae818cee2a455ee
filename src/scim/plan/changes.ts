import type { AttributeChange, TargetValue, TargetValues } from '../model.ts'
import { readValue, sameValue, wireValue } from '../target/paths.ts'
import { pathOf } from './value-at.ts'

/** Paths that the target stores in its own way, with what was sent and what it shows for it. */
export type Rewritten = ReadonlyMap<string, { readonly sent: TargetValue; readonly shown: TargetValue | undefined }>

/**
 * What has to change at the target for the values to stand there. Compared as the target stores them: e-mail addresses without case, and a value
 * that the target rewrites is the same as long as it shows the same for it.
 */
export function changesBetween(
  attributes: Readonly<Record<string, unknown>>,
  values: TargetValues,
  rewritten: Rewritten,
  ignored: readonly string[],
): readonly AttributeChange[] {
  return Object.entries(values).flatMap(([text, value]) => {
    if (ignored.includes(text)) return []
    const path = pathOf(text)
    const before = readValue(attributes, path)
    const after = wireValue(path, value)
    if (sameValue(path, before, after)) return []
    const known = rewritten.get(text)
    if (known && known.sent === after && known.shown === before) return []
    return [{ path: text, ...(before !== undefined && { before }), after }]
  })
}
