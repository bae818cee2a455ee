import type { AttributeChange, TargetObject } from '../model.ts'
import { applyChanges } from './edit.ts'
import {
  type AttributePath,
  type Attributes,
  entryFor,
  formatPath,
  isAttributes,
  isPrimary,
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

/** The changes of one list, in their order. */
interface ListChanges {
  readonly list: AttributePath
  readonly changes: readonly AttributeChange[]
  /** Those for entries that are not there yet. */
  readonly added: readonly AttributeChange[]
}

/**
 * The operations that make the changes at an object, as it was read last: one leaf path each, `replace` where a value stands, `add` where none
 * does, `remove` only where one does. Entries of a list that are not there yet are added whole. Empty where nothing is to be done.
 *
 * Why: each other form is refused, or taken without effect, by some server.
 */
export function patchOperations(
  { attributes }: Pick<TargetObject, 'attributes'>,
  changes: readonly AttributeChange[],
  spelling: PatchSpelling,
): readonly PatchOperation[] {
  const { addOperation } = spelling
  const lists = listsWithNewEntries(attributes, changes)
  // Without `add`, a list gets a new entry only as a whole, with all that is to change in it.
  const inLists = new Set(lists.flatMap((one) => (addOperation === 'replace' ? one.changes : one.added)))
  const leaves = changes
    .filter((change) => !inLists.has(change))
    .flatMap((change) => leafOperation(attributes, change, addOperation))
  return [
    ...leaves,
    ...lists.flatMap((one) =>
      addOperation === 'replace' ? replaceList(attributes, one) : addEntries(attributes, one, spelling),
    ),
  ]
}

function listsWithNewEntries(attributes: Attributes, changes: readonly AttributeChange[]): readonly ListChanges[] {
  const lists = Map.groupBy(changes, ({ path }) => {
    const { entry, extension, attribute } = parsePath(path)
    return entry ? formatPath({ extension, attribute }).toLowerCase() : undefined
  })
  return [...lists].flatMap(([name, own]) => {
    const added = own.filter(
      ({ path, after }) => after !== undefined && entriesOf(attributes, parsePath(path)).length === 0,
    )
    const [first] = added
    if (name === undefined || !first) return []
    const { extension, attribute } = parsePath(first.path)
    return [{ list: { extension, attribute }, changes: own, added }]
  })
}

function leafOperation(
  attributes: Attributes,
  { path: text, after }: AttributeChange,
  addOperation: PatchSpelling['addOperation'],
): readonly PatchOperation[] {
  const path = parsePath(text)
  const stands = readValue(attributes, path) !== undefined
  if (after !== undefined)
    return [{ op: stands ? 'replace' : addOperation, path: leafPath(attributes, path), value: wireValue(path, after) }]
  return stands ? [{ op: 'remove', path: removalPath(attributes, path) }] : []
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

const listAt = (attributes: Attributes, list: AttributePath): readonly Attributes[] => {
  const entries = readKey(homeOf(attributes, list), list.attribute)
  return Array.isArray(entries) ? entries.filter(isAttributes) : []
}

function replaceList(attributes: Attributes, { list, changes }: ListChanges): readonly PatchOperation[] {
  return [{ op: 'replace', path: formatPath(list), value: listAt(applyChanges(attributes, changes), list) }]
}

/** Adds the new entries, after the old primary one was cleared where a new one is. */
function addEntries(
  attributes: Attributes,
  { list, added }: ListChanges,
  { clearsPrimary = false }: PatchSpelling,
): readonly PatchOperation[] {
  const entries = listAt(applyChanges({}, added), list)
  const present = listAt(attributes, list)
  const rivals = entries.some(isPrimary) && !clearsPrimary ? present.filter(isPrimary) : []
  const cleared = rivals.flatMap((entry): PatchOperation[] => {
    const selector = selectorOf(entry, present)
    if (!selector) return []
    return [{ op: 'replace', path: formatPath({ ...list, entry: selector, sub: 'primary' }), value: false }]
  })
  return [...cleared, { op: 'add', path: formatPath(list), value: entries }]
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
