import { isAttributes } from './paths.ts'

/** A list or an object without sub-attributes that the server does not take. */
export function withoutSubs(attribute: string, value: unknown, without: ReadonlySet<string>): unknown {
  if (without.size === 0) return value
  if (Array.isArray(value)) return value.map((entry) => withoutSubs(attribute, entry, without))
  if (!isAttributes(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([sub]) => !without.has(`${attribute}.${sub.toLowerCase()}`)))
}
