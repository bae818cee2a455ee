import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { TargetValue } from '../model.ts'

/**
 * One leaf attribute of a resource: `userName`, `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`.
 *
 * Source: the grammar of RFC 7644 §3.5.2, cut down to what every server takes: one `eq`, one sub-attribute.
 */
export interface AttributePath {
  /** URN of the extension that the attribute belongs to; none for core attributes. */
  readonly extension?: string | undefined
  readonly attribute: string
  /** Which entry of a list is meant. */
  readonly entry?: { readonly attribute: string; readonly value: TargetValue } | undefined
  readonly sub?: string | undefined
}

/** What the server sets, or what has calls of its own. */
const NOT_MAPPED = new Set(['id', 'meta', 'schemas', 'members', 'groups', 'password'])

/** Attributes of the core schemas that are lists of objects. Source: RFC 7643 §4.1.2. */
const LISTS = new Set([
  'emails',
  'phonenumbers',
  'ims',
  'photos',
  'addresses',
  'entitlements',
  'roles',
  'x509certificates',
])

const CORE_URN = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/i
const PATH =
  /^(?:(urn:.+):)?([A-Za-z$][\w$-]*)(?:\[\s*([A-Za-z$][\w$-]*)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*\])?(?:\.([A-Za-z$][\w$-]*))?$/i

/**
 * Reads the path of an attribute that a mapping may set. The URN of a core schema is left out: servers take it for an attribute of their own.
 *
 * Errors: `invalid-argument` where it is none, where it names a whole object or list, or what the server sets itself.
 */
export function parsePath(text: string): AttributePath {
  const known = parsed.get(text)
  if (known) return known
  const path = Object.freeze(readPath(text))
  if (parsed.size < MOST_KEPT) parsed.set(text, path)
  return path
}

/** A mapping has a dozen paths, and each is read for each object. */
const parsed = new Map<string, AttributePath>()
const MOST_KEPT = 1000

function readPath(text: string): AttributePath {
  const refuse = (detail: string) =>
    new ConnectorError('invalid-argument', 'read an attribute path', `${text}: ${detail}`)
  const [, urn, attribute = '', by, value, sub] = PATH.exec(text.trim().replace(CORE_URN, '')) ?? []
  if (attribute === '')
    throw refuse('is not an attribute path such as userName, name.givenName or emails[type eq "work"].value')
  const name = attribute.toLowerCase()
  if (urn === undefined && NOT_MAPPED.has(name))
    throw refuse(
      name === 'members'
        ? 'members come from the memberships of the source'
        : 'is not set by provisioning; leave it out',
    )
  if (urn === undefined && LISTS.has(name) && by === undefined)
    throw refuse(`is a list; name an entry and what of it to set, for example ${attribute}[type eq "work"].value`)
  if (by !== undefined && sub === undefined)
    throw refuse('names a whole entry; name what of it to set, for example .value')
  if (urn === undefined && name === 'name' && sub === undefined)
    throw refuse('names a whole object; name what of it to set, for example name.givenName')
  return {
    ...(urn !== undefined && { extension: urn }),
    attribute,
    ...(by !== undefined && value !== undefined && { entry: Object.freeze({ attribute: by, value: literal(value) }) }),
    ...(sub !== undefined && { sub }),
  }
}

function literal(text: string): TargetValue {
  const value: unknown = JSON.parse(text.startsWith('"') ? text : text.toLowerCase())
  return typeof value === 'boolean' ? value : String(value)
}

/** The path as it is sent, with a sub-attribute or without. */
export function formatPath({ extension, attribute, entry, sub }: AttributePath): string {
  const selector = entry ? `[${entry.attribute} eq ${JSON.stringify(entry.value)}]` : ''
  return `${extension === undefined ? '' : `${extension}:`}${attribute}${selector}${sub === undefined ? '' : `.${sub}`}`
}

export type Attributes = Readonly<Record<string, unknown>>

export const isAttributes = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Names of attributes are compared without case. Source: RFC 7643 §2.1. */
export function readKey(attributes: Attributes, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name]
  const folded = name.toLowerCase()
  const key = Object.keys(attributes).find((other) => other.toLowerCase() === folded)
  return key === undefined ? undefined : attributes[key]
}

/** The entries of a list that a path names, the primary one first. */
export function matchingEntries(attributes: Attributes, path: AttributePath): readonly Attributes[] {
  const { entry } = path
  if (!entry) return []
  const wanted = fold(entry.value)
  const found = entriesAt(attributes, path).filter((one) => {
    const value = canonical(readKey(one, entry.attribute))
    return value !== undefined && fold(value) === wanted
  })
  return found.toSorted((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)))
}

const entriesAt = (attributes: Attributes, { attribute }: AttributePath): readonly Attributes[] => {
  const list = readKey(attributes, attribute)
  return Array.isArray(list) ? list.filter(isAttributes) : []
}

/** Whether the path means the e-mail that provisioning is about: `emails[type eq "work"]`. */
export const isWorkEmail = ({ extension, attribute, entry }: AttributePath): boolean =>
  extension === undefined &&
  attribute.toLowerCase() === 'emails' &&
  entry?.attribute.toLowerCase() === 'type' &&
  fold(entry.value) === 'work'

/** Some servers do not say of which type an e-mail is: then the primary one without a type, or the only one, is the work e-mail. */
function untypedWorkEmail(attributes: Attributes, path: AttributePath): Attributes | undefined {
  if (!isWorkEmail(path)) return undefined
  const untyped = entriesAt(attributes, path).filter((one) => canonical(readKey(one, 'type')) === undefined)
  return untyped.find(isPrimary) ?? (untyped.length === 1 ? untyped[0] : undefined)
}

/** The entry that a path means, named or not. */
export const entryFor = (attributes: Attributes, path: AttributePath): Attributes | undefined =>
  matchingEntries(attributes, path)[0] ?? untypedWorkEmail(attributes, path)

export const isPrimary = (entry: Attributes): boolean => fold(canonical(readKey(entry, 'primary')) ?? false) === 'true'

/** The value that stands at a path; `undefined` for what is absent, null, empty or no single value: servers mean the same by them. */
export function readValue(attributes: Attributes, path: AttributePath): TargetValue | undefined {
  const home = path.extension === undefined ? attributes : readKey(attributes, path.extension)
  if (!isAttributes(home)) return undefined
  const value = path.entry ? entryFor(home, path) : readKey(home, path.attribute)
  return canonical(path.sub === undefined ? value : isAttributes(value) ? readKey(value, path.sub) : undefined)
}

function canonical(value: unknown): TargetValue | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

const fold = (value: TargetValue): string => String(value).toLowerCase()

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
])

const isBoolean = ({ extension, attribute, sub }: AttributePath): boolean =>
  extension === undefined && (attribute.toLowerCase() === 'active' || sub?.toLowerCase() === 'primary')

const isEmail = ({ extension, attribute, sub }: AttributePath): boolean =>
  extension === undefined && attribute.toLowerCase() === 'emails' && sub?.toLowerCase() === 'value'

/** The value as it is sent: `active` is a boolean whatever a mapping makes of it. */
export const wireValue = (path: AttributePath, value: TargetValue): TargetValue =>
  (isBoolean(path) ? BOOLEANS.get(fold(value)) : undefined) ?? value

/**
 * Whether two values are one to a server: e-mails fold case, booleans may be texts; all else is exact.
 *
 * Why: servers lower-case e-mails, and some store `active` as they got it.
 */
export function sameValue(path: AttributePath, a: TargetValue | undefined, b: TargetValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (isEmail(path) || isBoolean(path)) return fold(a) === fold(b)
  return String(a) === String(b)
}
