import { ConnectorError } from './errors.ts'
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
