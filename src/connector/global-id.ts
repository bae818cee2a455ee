/** The API's types whose ids are told apart here. */
export type IdKind = 'User' | 'Group'

/**
 * Whether a text can be the id of such an object: ids are base64 of `Type:…`. Source: twingate-api.md §5.
 *
 * Why: the API fails a whole request for one id that it cannot read, and finds nothing under another type's.
 */
export function isIdOf(kind: IdKind, text: string): boolean {
  const decoded = Buffer.from(text, 'base64')
  return decoded.toString('base64') === text && decoded.toString('latin1').startsWith(`${kind}:`)
}

/** What to tell about a text that `isIdOf` refuses. */
export const notAnId = (kind: IdKind, text: string): string =>
  `${JSON.stringify(text)} is not the id of a ${kind.toLowerCase()}; take it from a sync or name the ${kind.toLowerCase()}`
