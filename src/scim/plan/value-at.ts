import type { TargetValue } from '../model.ts'
import { type AttributePath, parsePath, readValue, sameValue } from '../target/paths.ts'

const parsed = new Map<string, AttributePath>()

/** Paths are few, and are read for every object. */
export function pathOf(text: string): AttributePath {
  const known = parsed.get(text)
  if (known) return known
  const path = parsePath(text)
  parsed.set(text, path)
  return path
}

/** The value that a resource as read shows at a mapping's path; `undefined` for none. */
export const valueAt = (attributes: Readonly<Record<string, unknown>>, path: string): TargetValue | undefined =>
  readValue(attributes, pathOf(path))

/** Whether the target shows a user as inactive. */
export const isInactive = (attributes: Readonly<Record<string, unknown>>): boolean =>
  sameValue(pathOf('active'), valueAt(attributes, 'active'), false)
