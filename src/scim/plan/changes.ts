import type { AttributeChange, TargetValue, TargetValues } from '../model.ts'
import { valueAt } from './value-at.ts'

/** Paths that the target stores in its own way, with what was sent and what it shows for it. */
export type Rewritten = ReadonlyMap<string, { readonly sent: TargetValue; readonly shown: TargetValue | undefined }>

const NONE: Rewritten = new Map()

/**
 * What has to change at the target for the values to stand there. Compared as the target stores them: e-mail addresses without case, and a value
 * that the target rewrites is the same as long as it shows the same for it.
 */
export function changesBetween(
  attributes: Readonly<Record<string, unknown>>,
  values: TargetValues,
  rewritten: Rewritten = NONE,
  ignored: readonly string[] = [],
): readonly AttributeChange[] {
  return Object.entries(values).flatMap(([path, after]) => {
    if (ignored.includes(path)) return []
    const before = valueAt(attributes, path, after)
    if (isSame(path, before, after)) return []
    const known = rewritten.get(path)
    if (known && known.sent === after && known.shown === before) return []
    return [before === undefined ? { path, after } : { path, before, after }]
  })
}

export const isSame = (path: string, a: TargetValue | undefined, b: TargetValue | undefined): boolean =>
  a === b ||
  (/^emails\b/i.test(path) && typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase())
