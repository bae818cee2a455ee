import type { AttributeChange, TargetObject, TargetValues } from '../model.ts'
import { parsePath, readValue, sameValue, wireValue } from './paths.ts'

/**
 * What has to change at an object so that it has the desired values, in their order; nothing where it has them. Attributes that are not
 * desired, and whatever the server adds to an entry (`display`, `$ref`, `type`), do not count.
 *
 * Errors: `invalid-argument` for a path that is none.
 */
export function changesOf(
  current: Pick<TargetObject, 'attributes'>,
  desired: TargetValues,
): readonly AttributeChange[] {
  return Object.entries(desired).flatMap(([text, value]) => {
    const path = parsePath(text)
    const before = readValue(current.attributes, path)
    const after = wireValue(path, value)
    if (sameValue(path, before, after)) return []
    return [{ path: text, ...(before !== undefined && { before }), after }]
  })
}
