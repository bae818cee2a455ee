import type { AttributeChange, TargetValue } from '../model.ts'
import {
  type AttributePath,
  type Attributes,
  entryFor,
  isAttributes,
  isPrimary,
  isWorkEmail,
  matchingEntries,
  parsePath,
  readKey,
  wireValue,
} from './paths.ts'

/** Attributes that may be written to. */
export type Body = Record<string, unknown>

/**
 * The attributes with the changes made to them, as a server would make them; what was given stays as it is. A new work e-mail becomes the primary
 * one. `without` holds sub-attributes that the server does not take, as `Shape` has them.
 *
 * Errors: `invalid-argument` for a path that is none.
 */
export function applyChanges(
  attributes: Attributes,
  changes: readonly AttributeChange[],
  without: readonly string[] = [],
): Body {
  const body = structuredClone({ ...attributes })
  for (const { path: text, after } of changes) {
    const path = parsePath(text)
    const find: Find = knowsNoKind(path, without) ? entryFor : (home, one) => matchingEntries(home, one)[0]
    if (after === undefined) removeAt(body, path, find)
    else setAt(body, path, after, find)
  }
  return body
}

type Find = (home: Attributes, path: AttributePath) => Attributes | undefined

/** Whether the server does not keep what tells the entries of a list apart, such as the type of an e-mail. */
export const knowsNoKind = ({ attribute, entry }: AttributePath, without: readonly string[]): boolean =>
  entry !== undefined && without.includes(`${attribute}.${entry.attribute}`.toLowerCase())

/** A new work e-mail is the primary one. Why: some servers keep one e-mail only, and take the primary one for it. */
export const primaryByDefault = (path: AttributePath, entry: Attributes): boolean =>
  isWorkEmail(path) && readKey(entry, 'primary') === undefined

const keyIn = (body: Body, name: string): string =>
  Object.keys(body).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name

/** The object at a key, made where it is missing. */
function objectAt(body: Body, name: string): Body {
  const key = keyIn(body, name)
  const found = body[key]
  if (isAttributes(found)) return found
  const made: Body = {}
  body[key] = made
  return made
}

function setAt(body: Body, path: AttributePath, value: TargetValue, find: Find): void {
  const home = path.extension === undefined ? body : objectAt(body, path.extension)
  const wire = wireValue(path, value)
  if (path.sub === undefined) home[keyIn(home, path.attribute)] = wire
  else if (path.entry) {
    const entry = entryAt(home, path, find)
    if (path.sub.toLowerCase() === 'primary' && wire === true) clearPrimary(home, path)
    entry[keyIn(entry, path.sub)] = wire
  } else {
    const object = objectAt(home, path.attribute)
    object[keyIn(object, path.sub)] = wire
  }
}

/** One entry of a list is the primary one. Source: RFC 7643 §2.4. */
function clearPrimary(home: Body, path: AttributePath): void {
  const list = home[keyIn(home, path.attribute)]
  for (const entry of Array.isArray(list) ? list : [])
    if (isAttributes(entry) && isPrimary(entry)) (entry as Body)['primary'] = false
}

function entryAt(home: Body, path: AttributePath, find: Find): Body {
  const found = find(home, path)
  if (found || !path.entry) return found ?? {}
  const key = keyIn(home, path.attribute)
  const stored = home[key]
  const list: unknown[] = Array.isArray(stored) ? stored : []
  const made: Body = { [path.entry.attribute]: path.entry.value }
  if (primaryByDefault(path, made)) {
    clearPrimary(home, path)
    made['primary'] = true
  }
  home[key] = [...list, made]
  return made
}

function removeAt(body: Body, path: AttributePath, find: Find): void {
  const key = keyIn(body, path.extension ?? path.attribute)
  const home = path.extension === undefined ? body : body[key]
  if (!isAttributes(home)) return
  if (path.sub === undefined) delete (home as Body)[keyIn(home, path.attribute)]
  else if (path.entry) {
    const entry = find(home, path)
    const list = keyIn(home, path.attribute)
    const stored = home[list]
    if (entry && Array.isArray(stored)) (home as Body)[list] = stored.filter((other) => other !== entry)
  } else {
    const object = home[keyIn(home, path.attribute)]
    if (isAttributes(object)) delete (object as Body)[keyIn(object, path.sub)]
  }
}
