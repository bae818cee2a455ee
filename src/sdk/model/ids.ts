import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from './model.ts'

/** `<type>:<id>:<slug>`, unescaped and byte-stable. Source: baton-sdk `pkg/types/entitlement/entitlement.go`. */
export const formatEntitlementId = (resource: ResourceId, slug: string): string =>
  `${resource.type}:${resource.id}:${slug}`

/** `<entitlement id>:<principal type>:<principal id>`, unescaped and byte-stable. Source: baton-sdk `pkg/types/grant/grant.go`. */
export const formatGrantId = (entitlementId: string, principal: ResourceId): string =>
  `${entitlementId}:${principal.type}:${principal.id}`

/** A resource named for a targeted sync, with the parent it may carry. */
export interface ResourceBid {
  readonly resource: ResourceId
  readonly parent?: ResourceId
}

const escape = (part: string): string => part.replaceAll(/[\\/:]/g, '\\$&')

/** `bid:r:[ptype/pid/]type/id`; backslash escapes `/`, `:` and `\`. Source: baton-sdk `pkg/bid`. */
export const formatResourceBid = ({ resource, parent }: ResourceBid): string =>
  `bid:r:${[...(parent ? [parent.type, parent.id] : []), resource.type, resource.id].map(escape).join('/')}`

/** Errors: `invalid-argument` for anything `formatResourceBid` cannot have made. */
export function parseResourceBid(bid: string): ResourceBid {
  const parts = bid.startsWith('bid:r:') ? splitEscaped(bid.slice('bid:r:'.length)) : []
  const [a, b, c, d] = parts
  if (parts.length === 2 && a && b) return { resource: { type: a, id: b } }
  if (parts.length === 4 && a && b && c && d) return { resource: { type: c, id: d }, parent: { type: a, id: b } }
  throw new ConnectorError('invalid-argument', 'parse BID', `"${bid}" is not of the form bid:r:<type>/<id>`)
}

/** Splits at unescaped slashes. A stray colon or a lone backslash makes the text no BID: the result is empty. */
function splitEscaped(text: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === ':') return []
    if (char === '/') {
      parts.push(part)
      part = ''
    } else if (char === '\\') {
      const escaped = text.charAt(++i)
      if (!['\\', '/', ':'].includes(escaped)) return []
      part += escaped
    } else part += char
  }
  return [...parts, part]
}

export const sameResource = (a: ResourceId, b: ResourceId): boolean => a.type === b.type && a.id === b.id

/** An entitlement named by its id. */
export interface EntitlementName {
  readonly resource: ResourceId
  readonly slug: string
}

/**
 * Reads `<type>:<id>:<slug>`. The type is one of `types` and the slug holds no colon, so that an id may hold some.
 *
 * Errors: `invalid-argument` for another form, `not-found` for a type that does not exist.
 */
export function parseEntitlementId(text: string, types: readonly string[]): EntitlementName {
  const [, type = '', id = '', slug = ''] = /^([^:]+):(.+):([^:]+)$/s.exec(text) ?? []
  if (slug === '')
    throw new ConnectorError('invalid-argument', 'parse entitlement', `"${text}" is not of the form <type>:<id>:<slug>`)
  if (!types.includes(type))
    throw new ConnectorError(
      'not-found',
      'parse entitlement',
      `there is no entitlement ${text}: no resource type ${type}; there are ${types.join(', ')}`,
    )
  return { resource: { type, id }, slug }
}

/**
 * Reads `<entitlement id>:<principal type>:<principal id>`. Both types are among `types`; where an id holds `:<type>:` itself, the last one separates.
 *
 * Errors: as `parseEntitlementId`.
 */
export function parseGrantId(
  text: string,
  types: readonly string[],
): EntitlementName & { readonly principal: ResourceId } {
  const found = types
    .map((type) => ({ type, at: text.lastIndexOf(`:${type}:`) }))
    .filter(({ type, at }) => at > 0 && at + type.length + 2 < text.length)
    .sort((a, b) => b.at - a.at)[0]
  if (!found)
    throw new ConnectorError(
      'invalid-argument',
      'parse grant',
      `"${text}" is not of the form <type>:<id>:<slug>:<principal type>:<principal id>`,
    )
  const principal = { type: found.type, id: text.slice(found.at + found.type.length + 2) }
  return { ...parseEntitlementId(text.slice(0, found.at), types), principal }
}

/** `<type>:<id>`, unescaped: what `v1_resources.external_id` holds. Source: baton-sdk `pkg/dotc1z/resources.go`. */
export const resourceKey = ({ type, id }: ResourceId): string => `${type}:${id}`
