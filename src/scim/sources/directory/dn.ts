/** One `type=value` of a name. */
export interface NamePart {
  readonly type: string
  readonly value: string
}

/** A distinguished name, from the entry to the root; each step has one part, seldom more. */
export type Dn = readonly (readonly NamePart[])[]

const HEX_PAIR = /^[0-9a-f]{2}$/i
const TYPE = /^(oid\.)?([a-z][a-z0-9-]*|\d+(\.\d+)*)$/i

/**
 * Reads a distinguished name; `undefined` for a text that is none. The empty text is the root, with no steps.
 *
 * Source: RFC 4514, and RFC 2253 §4 for what older servers write: `;` between steps, quoted values, white space around separators.
 */
export function parseDn(text: string): Dn | undefined {
  if (text.trim() === '') return []
  const steps: NamePart[][] = [[]]
  let at = 0
  for (;;) {
    const equals = text.indexOf('=', at)
    const type = TYPE.exec(text.slice(at, equals).trim())?.[2]
    if (equals < 0 || type === undefined) return undefined
    const read = readValue(text, equals + 1)
    if (read === undefined) return undefined
    steps.at(-1)?.push({ type, value: read.value })
    if (read.end >= text.length) return steps
    if (text[read.end] !== '+') steps.push([])
    at = read.end + 1
  }
}

/** The value that begins at a place, and where the separator after it stands. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  let at = start
  while (text[at] === ' ') at++
  if (text[at] === '#') return readHexValue(text, at)
  if (text[at] === '"') return readQuoted(text, at)
  const bytes: Buffer[] = []
  let length = 0
  /** Spaces at the end do not count, unless they are escaped. */
  let kept = 0
  for (; at < text.length && !',;+'.includes(text[at] ?? ''); at++) {
    const escaped = text[at] === '\\'
    const unit = escaped ? escapeAt(text, at) : charAt(text, at)
    if (unit === undefined) return undefined
    bytes.push(unit.bytes)
    length += unit.bytes.length
    at += unit.length - 1
    if (escaped || text[at] !== ' ') kept = length
  }
  return { value: Buffer.concat(bytes).subarray(0, kept).toString('utf8'), end: at }
}

interface Unit {
  readonly bytes: Buffer
  /** How much of the text it takes. */
  readonly length: number
}

function charAt(text: string, at: number): Unit {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return { bytes: Buffer.from(char), length: char.length }
}

function escapeAt(text: string, at: number): Unit | undefined {
  const pair = text.slice(at + 1, at + 3)
  if (HEX_PAIR.test(pair)) return { bytes: Buffer.from(pair, 'hex'), length: 3 }
  if (at + 1 >= text.length) return undefined
  const { bytes, length } = charAt(text, at + 1)
  return { bytes, length: length + 1 }
}

function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const bytes: Buffer[] = []
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') {
      const rest = /^ *([,;+]|$)/.exec(text.slice(at + 1))
      return rest
        ? { value: Buffer.concat(bytes).toString('utf8'), end: at + rest[0].length + (rest[1] === '' ? 1 : 0) }
        : undefined
    }
    const unit = text[at] === '\\' ? escapeAt(text, at) : charAt(text, at)
    if (unit === undefined) return undefined
    bytes.push(unit.bytes)
    at += unit.length - 1
  }
  return undefined
}

/** Tags of the texts that a name may hold as BER: UTF8String, PrintableString, T61String, IA5String. */
const TEXT_TAGS = new Set([0x0c, 0x13, 0x14, 0x16])

function readHexValue(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const hex = /^#((?:[0-9a-f]{2})+) *(?=[,;+]|$)/i.exec(text.slice(start))
  if (!hex?.[1]) return undefined
  const bytes = Buffer.from(hex[1], 'hex')
  const [tag = 0, length = 0] = bytes
  const isText = TEXT_TAGS.has(tag) && length < 0x80 && bytes.length === length + 2
  return { value: isText ? bytes.subarray(2).toString('utf8') : `#${hex[1]}`, end: start + hex[0].length }
}

/** What is known of an attribute that stands in names. */
export interface NameRule {
  /** The same text for all of its names and its number. */
  readonly canonical: string
  readonly ignoresCase: boolean
}

/** Gives the rule of an attribute by its name or number; `undefined` where it is not known. */
export type NameRules = (type: string) => NameRule | undefined

/**
 * A text that is the same for all spellings of one name; `undefined` where it is no name, or a rule is missing.
 *
 * Why: `\2C` and `\,`, case, spaces, numbers for names and the order of parts differ between servers, tools and years.
 */
export function dnKey(text: string, rules: NameRules): string | undefined {
  const dn = parseDn(text)
  if (dn === undefined) return undefined
  const steps: string[] = []
  for (const step of dn) {
    const parts: string[] = []
    for (const { type, value } of step) {
      const rule = rules(type)
      if (rule === undefined) return undefined
      const plain = value.normalize('NFKC').replaceAll(/\s+/g, ' ').trim()
      parts.push(JSON.stringify([rule.canonical, rule.ignoresCase ? plain.toLowerCase() : plain]))
    }
    steps.push(parts.sort().join('+'))
  }
  return steps.join(',')
}

/** Attributes that stand in names everywhere, for inputs that come without a schema. Source: RFC 4519, RFC 4524, RFC 2247. */
const COMMON: readonly (readonly string[])[] = [
  ['cn', 'commonname', '2.5.4.3'],
  ['sn', 'surname', '2.5.4.4'],
  ['c', 'countryname', '2.5.4.6'],
  ['l', 'localityname', '2.5.4.7'],
  ['st', 'stateorprovincename', '2.5.4.8'],
  ['street', 'streetaddress', '2.5.4.9'],
  ['o', 'organizationname', '2.5.4.10'],
  ['ou', 'organizationalunitname', '2.5.4.11'],
  ['uid', 'userid', '0.9.2342.19200300.100.1.1'],
  ['mail', 'rfc822mailbox', '0.9.2342.19200300.100.1.3'],
  ['dc', 'domaincomponent', '0.9.2342.19200300.100.1.25'],
]

const CANONICAL = new Map(
  COMMON.flatMap(([canonical = '', ...others]) => [canonical, ...others].map((name) => [name, canonical])),
)

/** The rules of names where no schema tells them: case never counts. */
export const commonNameRules: NameRules = (type) => {
  const name = type.toLowerCase()
  return { canonical: CANONICAL.get(name) ?? name, ignoresCase: true }
}
