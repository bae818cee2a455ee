import type { JsonObject, JsonValue } from '../../sdk/wire/rows/stored.ts'

/** Prefixes of profile keys that hold one tag each. */
const PREFIX = /^tags?[._:/-](?<key>.+)$/

/**
 * The tags in a profile: of the key `tags` as an object, as a list of `key=value` or of `{key, value}`, or as one text of several; and of keys such
 * as `tag_owner`. A tag without a value has `''`.
 */
export function tagsOf(profile: JsonObject): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  addTags(profile['tags'] ?? null, tags)
  for (const [name, value] of Object.entries(profile)) {
    const key = PREFIX.exec(name)?.groups?.['key']
    if (key !== undefined && value !== null && typeof value !== 'object') tags.set(key, String(value))
  }
  return tags
}

function addTags(value: JsonValue, tags: Map<string, string>): void {
  if (typeof value === 'string') {
    const inside = jsonIn(value)
    if (inside !== undefined) addTags(inside, tags)
    else for (const part of value.split(',')) addText(part, tags)
  } else if (isList(value)) for (const item of value) addItem(item, tags)
  else if (value !== null && typeof value === 'object')
    for (const [key, each] of Object.entries(value)) tags.set(key, plain(each))
}

function addItem(item: JsonValue, tags: Map<string, string>): void {
  if (typeof item === 'string') addText(item, tags)
  else if (item !== null && typeof item === 'object' && !isList(item) && typeof item['key'] === 'string')
    tags.set(item['key'], plain(item['value'] ?? null))
}

function addText(text: string, tags: Map<string, string>): void {
  const [key = '', ...rest] = text.trim().split(/([=:])/)
  if (key !== '') tags.set(key.trim(), rest.slice(1).join('').trim())
}

/** A profile whose values are texts alone holds lists and objects as JSON. */
function jsonIn(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)

const plain = (value: JsonValue): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
