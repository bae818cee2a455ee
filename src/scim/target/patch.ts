import type { AttributeChange, TargetObject } from '../model.ts'
import { applyChanges, knowsNoKind } from './edit.ts'
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
import { withoutSubs } from './without-subs.ts'

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
  /** Whether lists are replaced as a whole, since no path that names an entry is taken. @default entries are named */
  readonly wholeLists?: boolean | undefined
  /** Sub-attributes that the server does not take, as `Shape` has them. @default it takes all */
  readonly without?: readonly string[]
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
  const { addOperation, wholeLists = false } = spelling
  const lists = listsToChange(attributes, changes, spelling)
  // Without `add`, a list gets a new entry only as a whole, with all that is to change in it.
  const isWhole = wholeLists || addOperation === 'replace'
  const inLists = new Set(lists.flatMap((one) => (isWhole ? one.changes : one.added)))
  const leaves = changes
    .filter((change) => !inLists.has(change))
    .flatMap((change) => leafOperation(attributes, change, addOperation))
  return [
    ...leaves,
    ...lists.flatMap((one) =>
      isWhole ? replaceList(attributes, one, spelling) : addEntries(attributes, one, spelling),
    ),
  ]
}

/** Lists that get new entries, or all in which something changes where lists are sent as a whole. */
function listsToChange(
  attributes: Attributes,
  changes: readonly AttributeChange[],
  { wholeLists: whole = false, without = [] }: PatchSpelling,
): readonly ListChanges[] {
  const lists = Map.groupBy(changes, ({ path }) => {
    const { entry, extension, attribute } = parsePath(path)
    return entry ? formatPath({ extension, attribute }).toLowerCase() : undefined
  })
  return [...lists].flatMap(([name, own]) => {
    const added = own.filter(({ path, after }) => after !== undefined && isNew(attributes, parsePath(path), without))
    const [first] = whole ? own : added
    if (name === undefined || !first) return []
    const { extension, attribute } = parsePath(first.path)
    return [{ list: { extension, attribute }, changes: own, added }]
  })
}

/** Where the server knows no types, the entry that stands there is the one that is meant. */
function isNew(attributes: Attributes, path: AttributePath, without: readonly string[]): boolean {
  if (entriesOf(attributes, path).length > 0) return false
  return !knowsNoKind(path, without) || entryFor(homeOf(attributes, path), path) === undefined
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

function replaceList(
  attributes: Attributes,
  { list, changes }: ListChanges,
  { without }: PatchSpelling,
): readonly PatchOperation[] {
  const entries = listAt(applyChanges(attributes, changes, without), list)
  return [{ op: 'replace', path: formatPath(list), value: taken(list, entries, without) }]
}

const taken = (list: AttributePath, entries: readonly Attributes[], without: PatchSpelling['without'] = []): unknown =>
  withoutSubs(list.attribute.toLowerCase(), entries, new Set(without))

/** Adds the new entries, after the old primary one was cleared where a new one is. */
function addEntries(
  attributes: Attributes,
  { list, added }: ListChanges,
  { clearsPrimary = false, without = [] }: PatchSpelling,
): readonly PatchOperation[] {
  const entries = listAt(applyChanges({}, added), list)
  const present = listAt(attributes, list)
  const clears = !clearsPrimary && !without.includes(`${list.attribute.toLowerCase()}.primary`)
  const rivals = entries.some(isPrimary) && clears ? present.filter(isPrimary) : []
  const cleared = rivals.flatMap((entry): PatchOperation[] => {
    const selector = selectorOf(entry, present)
    if (!selector) return []
    return [{ op: 'replace', path: formatPath({ ...list, entry: selector, sub: 'primary' }), value: false }]
  })
  return [...cleared, { op: 'add', path: formatPath(list), value: taken(list, entries, without) }]
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
