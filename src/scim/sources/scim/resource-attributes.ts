import type { SourceAttributes, SourceValue, TargetObject } from '../../model.ts'
import type { SourceObject } from '../../source.ts'
import { enabledOf } from '../truth.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A resource as a source gives it.
 *
 * Shape: `userName`; `name.givenName`; of a list `emails` with all values, `emails.work` with the first of a type, and `email` for the primary e-mail,
 * else the first; `urn:…:User:department` of an extension. An `active` that is no truth value is left out; whether the user
 * is enabled counts as unknown then.
 */
export function sourceObject({ kind, id, attributes: resource }: TargetObject): SourceObject {
  const attributes: Record<string, SourceValue> = { id }
  for (const [name, value] of Object.entries(resource)) {
    if (name.toLowerCase() === 'active') continue
    if (name.toLowerCase().startsWith('urn:') && isFields(value)) addFields(attributes, `${name}:`, value)
    else addValue(attributes, name, value)
  }
  if (kind === 'group') return { id, attributes }
  const enabled = truthOf(Object.entries(resource).find(([name]) => name.toLowerCase() === 'active')?.[1])
  const withActive: SourceAttributes = enabled === undefined ? attributes : { ...attributes, active: enabled }
  return enabled === undefined ? { id, attributes: withActive } : { id, attributes: withActive, enabled }
}

function addFields(attributes: Record<string, SourceValue>, prefix: string, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) addValue(attributes, prefix + name, value)
}

function addValue(attributes: Record<string, SourceValue>, name: string, value: unknown): void {
  if (Array.isArray(value)) addList(attributes, name, value)
  else if (isFields(value)) addFields(attributes, `${name}.`, value)
  else put(attributes, name, value)
}

/** Entries are texts, or objects whose `value` is meant. */
function addList(attributes: Record<string, SourceValue>, name: string, list: readonly unknown[]): void {
  const values: string[] = []
  let primary: string | undefined
  for (const entry of list) {
    const value = isFields(entry) ? entry['value'] : entry
    if (typeof value !== 'string' || value === '') continue
    values.push(value)
    if (!isFields(entry)) continue
    if (truthOf(entry['primary']) === true) primary ??= value
    const type = entry['type']
    if (typeof type === 'string' && type !== '') attributes[`${name}.${type}`] ??= value
  }
  if (values.length > 0) attributes[name] = values
  const chosen = primary ?? values[0]
  if (name.toLowerCase() === 'emails' && chosen !== undefined) attributes['email'] ??= chosen
}

function put(attributes: Record<string, SourceValue>, name: string, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== ''))
    attributes[name] = value
}

/** Some servers write `"True"`. */
function truthOf(value: unknown): boolean | undefined {
  if (typeof value !== 'boolean' && typeof value !== 'string') return undefined
  const truth = enabledOf(value)
  return typeof truth === 'boolean' ? truth : undefined
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
