import type { AttributeChange, TargetObject } from '../model.ts'
import {
  type AttributePath,
  type Attributes,
  entryFor,
  formatPath,
  isAttributes,
  isPrimary,
  isWorkEmail,
  matchingEntries,
  parsePath,
  readKey,
  readValue,
  wireValue,
} from './paths.ts'
import type { TargetProfile } from './profile.ts'
import { PATCH_SCHEMA } from './schemas.ts'

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

export const patchBody = (operations: readonly PatchOperation[]) => ({
  schemas: [PATCH_SCHEMA],
  Operations: operations,
})

export interface PatchSpelling {
  readonly addOperation: TargetProfile['addOperation']
  /** Whether the server clears the old primary entry itself. @default it is cleared by an operation of its own */
  readonly clearsPrimary?: boolean
}

/** A new entry of a list, put together from all changes that belong to it. */
interface NewEntry {
  readonly path: AttributePath
  readonly values: Map<string, unknown>
}

/**
 * The operations that make the changes at an object, as it was read last: one leaf path each, `replace` where a value stands, `add` where none
 * does, `remove` only where one does. An entry of a list that is not there yet is added whole. Empty where nothing is to be done.
 *
 * Why: each other form is refused, or taken without effect, by some server.
 */
export function patchOperations(
  current: Pick<TargetObject, 'attributes'>,
  changes: readonly AttributeChange[],
  spelling: PatchSpelling,
): readonly PatchOperation[] {
  const { addOperation } = spelling
  const operations: PatchOperation[] = []
  const entries = new Map<string, NewEntry>()
  for (const { path: text, after } of changes) {
    const path = parsePath(text)
    const stored = readValue(current.attributes, path)
    if (after === undefined) {
      if (stored !== undefined) operations.push({ op: 'remove', path: removalPath(current.attributes, path) })
    } else if (path.entry && path.sub !== undefined && entriesOf(current.attributes, path).length === 0) {
      const key = formatPath({ ...path, sub: undefined })
      const entry = entries.get(key) ?? {
        path,
        values: new Map<string, unknown>([[path.entry.attribute, path.entry.value]]),
      }
      entry.values.set(path.sub, wireValue(path, after))
      entries.set(key, entry)
    } else {
      const op = stored === undefined ? addOperation : 'replace'
      operations.push({ op, path: leafPath(current.attributes, path), value: wireValue(path, after) })
    }
  }
  for (const entry of entries.values()) operations.push(...addEntry(current.attributes, entry, spelling))
  return operations
}

const homeOf = (attributes: Attributes, { extension }: AttributePath): Attributes => {
  const home = extension === undefined ? attributes : readKey(attributes, extension)
  return isAttributes(home) ? home : {}
}

const entriesOf = (attributes: Attributes, path: AttributePath): readonly Attributes[] =>
  matchingEntries(homeOf(attributes, path), path)

/** Names the entry by its value where the path names several, or none: a server would change them all, or nothing. */
function leafPath(attributes: Attributes, path: AttributePath): string {
  if (!path.entry || entriesOf(attributes, path).length === 1) return formatPath(path)
  const entry = entryFor(homeOf(attributes, path), path)
  const value = entry && readKey(entry, 'value')
  if (typeof value !== 'string') return formatPath(path)
  return formatPath({ ...path, entry: { attribute: 'value', value } })
}

/** An entry without its value is of no use: it is removed as a whole. */
function removalPath(attributes: Attributes, path: AttributePath): string {
  const text = leafPath(attributes, path)
  return path.entry && path.sub?.toLowerCase() === 'value' ? text.slice(0, text.lastIndexOf('.')) : text
}

/** A new work e-mail is the primary one. Why: some servers keep one e-mail only, and take the primary one for it. */
export const primaryByDefault = (path: AttributePath, values: ReadonlyMap<string, unknown> | Attributes): boolean =>
  isWorkEmail(path) && !(values instanceof Map ? values.has('primary') : 'primary' in values)

function addEntry(
  attributes: Attributes,
  { path, values }: NewEntry,
  { addOperation: op, clearsPrimary = false }: PatchSpelling,
): readonly PatchOperation[] {
  if (primaryByDefault(path, values)) values.set('primary', true)
  const list = readKey(homeOf(attributes, path), path.attribute)
  const present = (Array.isArray(list) ? list : []).filter(isAttributes)
  const rivals = values.get('primary') === true && !clearsPrimary ? present.filter(isPrimary) : []
  const whole = { extension: path.extension, attribute: path.attribute }
  const added = Object.fromEntries(values)
  if (op === 'replace') {
    // Nothing but the whole list can be replaced without losing the others.
    const kept = present.map((entry) => (rivals.includes(entry) ? { ...entry, primary: false } : entry))
    return [{ op, path: formatPath(whole), value: [...kept, added] }]
  }
  const cleared = rivals.flatMap((entry): PatchOperation[] => {
    const selector = selectorOf(entry, present)
    if (!selector) return []
    return [{ op: 'replace', path: formatPath({ ...whole, entry: selector, sub: 'primary' }), value: false }]
  })
  return [...cleared, { op, path: formatPath(whole), value: [added] }]
}

/** What tells an entry from the others of its list. */
function selectorOf(entry: Attributes, list: readonly Attributes[]): AttributePath['entry'] {
  for (const attribute of ['type', 'value']) {
    const value = readKey(entry, attribute)
    if (typeof value !== 'string' || value === '') continue
    if (list.filter((other) => readKey(other, attribute) === value).length === 1) return { attribute, value }
  }
  return undefined
}
