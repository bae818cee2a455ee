import type { Kind, SourceValue } from '../../model.ts'
import type { SourceObject } from '../../source.ts'
import { quoted } from '../quoted.ts'
import { enabledOf } from '../truth.ts'

/** What one JSON value of a source says. */
export type Entry =
  | { readonly kind: Kind; readonly object: SourceObject; readonly members: readonly string[] }
  | { readonly kind: 'member'; readonly group: string; readonly member: string }
  | { readonly kind: 'problem'; readonly problem: string }

export type EntryKind = Kind | 'member'

const KINDS: ReadonlySet<unknown> = new Set<EntryKind>(['user', 'group', 'member'])

/**
 * Reads an entry: `{"kind":"user","externalId":"7",…}`, `{"kind":"group",…}` or `{"kind":"member","group":"g1","member":"7"}`.
 *
 * Shape: `kind` is given where the entry stands in a list of that kind. A group may list the external ids of its `members`.
 * Ids are text; whole numbers are taken as their digits where JSON holds them exactly. `onOmitted` is told attributes that are no text, number,
 * truth value or list of texts.
 */
export function readEntry(value: unknown, kind: EntryKind | undefined, onOmitted: (name: string) => void): Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return problem('this is no JSON object')
  const fields = value as Readonly<Record<string, unknown>>
  const said = kind ?? fields['kind']
  if (!isEntryKind(said))
    return problem(
      said === undefined
        ? 'kind is missing; write "user", "group" or "member"'
        : `kind is ${quoted(JSON.stringify(said))}; write "user", "group" or "member"`,
    )
  if (said !== 'member') return readObject(said, fields, onOmitted)
  const group = readId('group', fields['group'])
  const member = readId('member', fields['member'])
  if ('problem' in group) return problem(group.problem)
  return 'problem' in member ? problem(member.problem) : { kind: 'member', group: group.id, member: member.id }
}

/** Whether a JSON value says which kind of entry it is. */
export const hasKind = (value: unknown): boolean => typeof value === 'object' && value !== null && 'kind' in value

function readObject(kind: Kind, fields: Readonly<Record<string, unknown>>, onOmitted: (name: string) => void): Entry {
  const key = readId('externalId', fields['externalId'])
  if ('problem' in key) return problem(key.problem)
  const members = kind === 'group' && fields['members'] !== undefined ? readMembers(fields['members']) : []
  if ('problem' in members) return problem(members.problem)
  const attributes = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, SourceValue][] => {
      if (name === 'kind' || isAbsent(value) || (kind === 'group' && name === 'members')) return []
      if (name === 'externalId') return [[name, key.id]]
      if (isSourceValue(value)) return [[name, value]]
      onOmitted(name)
      return []
    }),
  )
  const active = kind === 'user' ? fields['active'] : undefined
  if (active === undefined) return { kind, object: { id: key.id, attributes }, members }
  const enabled = enabledOf(typeof active === 'boolean' || typeof active === 'number' ? active : textOf(active))
  if (typeof enabled === 'string') return problem(enabled)
  return { kind, object: { id: key.id, attributes: { ...attributes, active: enabled }, enabled }, members }
}

function readMembers(value: unknown): readonly string[] | { readonly problem: string } {
  if (!Array.isArray(value)) return { problem: 'members is no list of external ids' }
  const ids: string[] = []
  for (const each of value) {
    const read = readId('a member', each)
    if ('problem' in read) return read
    ids.push(read.id)
  }
  return ids
}

function readId(name: string, value: unknown): { readonly id: string } | { readonly problem: string } {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (text === undefined) return { problem: `${name} is missing` }
  if (typeof text !== 'string') return { problem: `${name} is ${quoted(textOf(text))}; write it as a text` }
  const id = text.trim()
  return id === '' ? { problem: `${name} is empty` } : { id }
}

const isEntryKind = (value: unknown): value is EntryKind => KINDS.has(value)

const isAbsent = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

const isSourceValue = (value: unknown): value is SourceValue =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (Array.isArray(value) && value.every((each) => typeof each === 'string'))

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const problem = (text: string): Entry => ({ kind: 'problem', problem: text })
