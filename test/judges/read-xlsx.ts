import { inflateRawSync } from 'node:zlib'

const CENTRAL_ENTRY = 0x02014b50
const END_OF_CENTRAL = Buffer.from([0x50, 0x4b, 0x05, 0x06])

/** Cells of the first sheet of a workbook, as text. Reads what the `baton` command writes: shared strings, no formulas. */
export function readXlsx(file: Buffer): readonly (readonly string[])[] {
  const parts = unzip(file)
  const part = (name: string): string => {
    const found = parts.get(name)
    if (found === undefined) throw new Error(`The workbook has no part ${name}`)
    return found
  }
  const shared = sharedTexts(part('xl/sharedStrings.xml'))
  return [...part('xl/worksheets/sheet1.xml').matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<c [^>]*?t="s"[^>]*><v>(\d+)<\/v>/g)].map(([, index]) => shared[Number(index)] ?? ''),
  )
}

/** Every cell of the first sheet as text, in shared or inline strings or as a value; and all shared strings. */
export function readCells(file: Buffer): {
  readonly rows: readonly (readonly string[])[]
  readonly shared: readonly string[]
} {
  const parts = unzip(file)
  const shared = sharedTexts(parts.get('xl/sharedStrings.xml') ?? '')
  const cellOf = (attributes: string, content: string): string => {
    const text = /<(v|t)[^>]*>(.*?)<\/\1>/s.exec(content)?.[2] ?? ''
    return attributes.includes('t="s"') ? (shared[Number(text)] ?? `no shared string ${text}`) : unescapeXml(text)
  }
  const rows = [...(parts.get('xl/worksheets/sheet1.xml') ?? '').matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(
    ([, row = '']) =>
      [...row.matchAll(/<c(?<attributes> [^>/]*)?(?:\/>|>(?<content>.*?)<\/c>)/gs)].map(({ groups }) =>
        cellOf(groups?.['attributes'] ?? '', groups?.['content'] ?? ''),
      ),
  )
  return { rows, shared }
}

const sharedTexts = (xml: string): readonly string[] =>
  [...xml.matchAll(/<si>(.*?)<\/si>/gs)].map(([, si = '']) =>
    [...si.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, t = '']) => unescapeXml(t)).join(''),
  )

/** Parts by name. Layout: ZIP application note, sections 4.3.7, 4.3.12 and 4.3.16. */
function unzip(file: Buffer): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  const end = file.lastIndexOf(END_OF_CENTRAL)
  let at = file.readUInt32LE(end + 16)
  while (file.readUInt32LE(at) === CENTRAL_ENTRY) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset))
    const local = file.readUInt32LE(at + 42)
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const packed = file.subarray(start, start + file.readUInt32LE(at + 20))
    const deflated = file.readUInt16LE(at + 10) === 8
    const name = file.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    parts.set(name, (deflated ? inflateRawSync(packed) : packed).toString('utf8'))
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return parts
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescapeXml = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return ENTITIES[String(name)] ?? whole
  })
