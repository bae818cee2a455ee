import type { SourceValue } from '../../model.ts'
import type { SourceObject } from '../../source.ts'
import type { GraphObject } from './graph-answer.ts'

/** What is read of every object, for the default mappings, for finding it by name, and for scoping filters. */
export const BASE = {
  user: ['accountEnabled', 'displayName', 'givenName', 'id', 'mail', 'mailNickname', 'surname', 'userPrincipalName'],
  group: ['displayName', 'id', 'securityEnabled'],
} as const

/** Names of Entra's mapping tables that Graph does not know: the first is made here, the second by the engine. */
const NOT_OF_GRAPH = new Set(['objectId', 'IsSoftDeleted'])

/** The value of `$select`: sorted, so that the same settings give the same text; of a nested name, `a.b`, the outer property. */
export function selectOf(base: readonly string[], wanted: readonly string[]): string {
  const names = wanted.filter((name) => !NOT_OF_GRAPH.has(name)).map((name) => name.split('.', 1)[0] ?? name)
  return [...new Set([...base, ...names])].sort().join(',')
}

/** Ids are compared as Microsoft compares them: without case. */
export const idOf = ({ id }: GraphObject): string | undefined => (typeof id === 'string' ? id.toLowerCase() : undefined)

/** Properties by name; `null` says that a property was cleared. What is absent is as it was. */
export type Properties = Readonly<Record<string, SourceValue | null>>

/**
 * The properties of an object. One level of nesting becomes a name with a dot, `onPremisesExtensionAttributes.extensionAttribute1`, beside the
 * outer name without a value.
 */
export function propertiesOf(object: GraphObject): Properties {
  const properties: Record<string, SourceValue | null> = {}
  for (const [name, value] of Object.entries(object)) {
    if (name.includes('@') || name === 'members') continue
    properties[name] = valueOf(value)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [inner, innerValue] of Object.entries(value)) properties[`${name}.${inner}`] = valueOf(innerValue)
  }
  const id = idOf(object)
  if (id !== undefined) properties['id'] = properties['objectId'] = id
  return properties
}

function valueOf(value: unknown): SourceValue | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (!Array.isArray(value)) return null
  const texts = value.filter((item) => typeof item === 'string' && item !== '')
  return texts.length > 0 ? texts : null
}

/** Properties laid over those that were told before. A nested property that is told again replaces all of it. */
export function overlay(before: Properties, now: Properties): Properties {
  const outerOf = (name: string): string => name.split('.', 1)[0] ?? name
  const kept = Object.entries(before).filter(([name]) => !(outerOf(name) in now))
  return { ...Object.fromEntries(kept), ...now }
}

export function objectOf(id: string, properties: Properties): SourceObject {
  const attributes: Record<string, SourceValue> = {}
  for (const [name, value] of Object.entries(properties)) if (value !== null) attributes[name] = value
  const enabled = attributes['accountEnabled']
  return { id, attributes, ...(typeof enabled === 'boolean' && { enabled }) }
}
