import type { SourceValue } from '../../model.ts'

/** An attribute of an entry. Values are a set of byte strings; their order means nothing. */
export interface EntryAttribute {
  /** As the input writes it, with options such as `cn;lang-de`, which make another attribute of it. */
  readonly description: string
  readonly values: readonly Buffer[]
}

export interface Entry {
  readonly dn: string
  /** By description in lower case. An attribute without values is not in it. */
  readonly attributes: ReadonlyMap<string, EntryAttribute>
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A value as text; `undefined` for bytes that are none. */
export function textOf(value: Buffer): string | undefined {
  try {
    return utf8.decode(value)
  } catch {
    return undefined
  }
}

/** The texts of an attribute; none where it is absent or is no text. */
export const textsOf = (entry: Entry, description: string): readonly string[] =>
  (entry.attributes.get(description.toLowerCase())?.values ?? []).flatMap((value) => textOf(value) ?? [])

/** The first three fields of an id of Active Directory are stored with their bytes turned round. */
const turned = (bytes: Buffer): Buffer =>
  Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at] ?? 0))

/** An id of Active Directory as people write it. */
export const guidText = (bytes: Buffer): string | undefined =>
  bytes.length === 16
    ? turned(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    : undefined

/** The bytes of an id of Active Directory. */
export const guidBytes = (text: string): Buffer => turned(Buffer.from(text.replaceAll('-', ''), 'hex'))

/**
 * The value of an attribute for mappings. Of several values the one in the entry's own name comes first, the others follow in the order of the
 * alphabet, so that the same set is always the same value. Bytes that are no text are given as base64.
 */
export function sourceValue(values: readonly Buffer[], isBinary: boolean, inName?: string): SourceValue | undefined {
  const texts = values
    .map((value) => (isBinary ? undefined : textOf(value)) ?? value.toString('base64'))
    .filter((text) => text !== '')
  if (texts.length < 2) return texts[0]
  const isFirst = (text: string): boolean => text.toLowerCase() === inName?.toLowerCase()
  return [...new Set(texts)].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || (a < b ? -1 : 1))
}
