import type { TargetValue } from '../model.ts'
import { parsePath, readValue, sameValue } from '../target/paths.ts'

/** The value that a resource as read shows at a mapping's path; `undefined` for none. */
export const valueAt = (attributes: Readonly<Record<string, unknown>>, path: string): TargetValue | undefined =>
  readValue(attributes, parsePath(path))

/** Whether the target shows a user as inactive. */
export const isInactive = (attributes: Readonly<Record<string, unknown>>): boolean =>
  sameValue(parsePath('active'), valueAt(attributes, 'active'), false)
