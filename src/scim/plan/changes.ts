import type { AttributeChange, TargetValue, TargetValues } from '../model.ts'
import { changesOf } from '../target/changes.ts'

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
  ignores: (path: string) => boolean,
): readonly AttributeChange[] {
  return changesOf({ attributes }, values).filter(({ path, before, after }) => {
    const known = rewritten.get(path)
    return !ignores(path) && !(known && known.sent === after && known.shown === before)
  })
}
