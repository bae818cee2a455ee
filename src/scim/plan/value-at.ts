import type { TargetValue } from '../model.ts'

/** A path as mappings write it, in its parts. */
interface Path {
  /** URN of an extension, or none. */
  readonly extension: string | undefined
  readonly attribute: string
  /** Of `[type eq "work"]`. */
  readonly filter: { readonly name: string; readonly value: string } | undefined
  readonly sub: string | undefined
}

const FORM =
  /^(?:(?<extension>urn:.+):)?(?<attribute>[\w$-]+)(?:\[(?<name>[\w$-]+) eq (?<value>"(?:[^"\\]|\\.)*"|true|false)\])?(?:\.(?<sub>[\w$-]+))?$/i

const parsed = new Map<string, Path | undefined>()

function parsePath(path: string): Path | undefined {
  if (parsed.has(path)) return parsed.get(path)
  const { extension, attribute, name, value, sub } = FORM.exec(path)?.groups ?? {}
  const filter = name === undefined || value === undefined ? undefined : { name, value: String(JSON.parse(value)) }
  const result = attribute === undefined ? undefined : { extension, attribute, filter, sub }
  parsed.set(path, result)
  return result
}

/**
 * The value that a resource as read shows at a mapping's path; `undefined` for none, which null, '' and an empty list are too. The texts `True`
 * and `False`, which some servers store for `active`, come as booleans where `wanted` is one.
 */
export function valueAt(
  attributes: Readonly<Record<string, unknown>>,
  path: string,
  wanted?: TargetValue,
): TargetValue | undefined {
  const parts = parsePath(path)
  if (!parts) return undefined
  const root = parts.extension === undefined ? attributes : objectOf(pick(attributes, parts.extension))
  const top = pick(root, parts.attribute)
  const found = parts.filter ? entryOf(top, parts.filter) : Array.isArray(top) ? top[0] : top
  // An entry that was found and a simple list both hold the value itself, or under `value`.
  const leaf = parts.sub === undefined ? (isObject(found) ? found['value'] : found) : pick(objectOf(found), parts.sub)
  return plain(leaf, wanted)
}

function plain(value: unknown, wanted: TargetValue | undefined): TargetValue | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '') return undefined
  if (typeof wanted !== 'boolean') return value
  return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : value
}

const entryOf = (list: unknown, filter: { readonly name: string; readonly value: string }): unknown =>
  Array.isArray(list)
    ? list.find((entry: unknown) => isObject(entry) && String(pick(entry, filter.name)) === filter.value)
    : undefined

/** Attribute names have no case (RFC 7643 §2.1). */
function pick(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in object) return object[name]
  const folded = name.toLowerCase()
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === folded)
  return key === undefined ? undefined : object[key]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {})
