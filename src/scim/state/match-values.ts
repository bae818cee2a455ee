import type { Kind } from '../model.ts'

/** The attribute that people know an object by, and that is matched after `externalId`. */
export const nameAttribute = (kind: Kind): 'userName' | 'displayName' => (kind === 'user' ? 'userName' : 'displayName')

/** A name as it is compared: of users without case (RFC 7643 §4.1.1), of groups exactly. */
export const foldName = (kind: Kind, name: string): string => (kind === 'user' ? name.toLowerCase() : name)

/** What objects are looked up by, as the images index it; null where there is none. */
export function matchValues(
  kind: Kind,
  attributes: Readonly<Record<string, unknown>>,
): { readonly externalId: string | null; readonly name: string | null } {
  const name = text(attributes[nameAttribute(kind)])
  return { externalId: text(attributes['externalId']), name: name === null ? null : foldName(kind, name) }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
