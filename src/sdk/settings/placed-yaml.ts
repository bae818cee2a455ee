import { type Document, LineCounter, parseDocument } from 'yaml'
import { ConnectorError } from '../ground/errors.ts'

/** A text of YAML or JSON, with the places of its parts. */
export interface PlacedYaml {
  readonly value: unknown
  /** The line of a part, from 1; of one that is missing, the line of what should hold it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

/** A text that could be read, and the document that it is. */
export interface YamlText extends PlacedYaml {
  readonly document: Document.Parsed
  /** The line of a place in the text, from 1. */
  readonly lineAt: (offset: number) => number
}

/** Why a text could not be read: its form is wrong at a line, in the library's word for it, or it uses aliases that cannot be resolved. */
export type YamlFault =
  { readonly fault: 'form'; readonly line: number; readonly what: string } | { readonly fault: 'aliases' }

/**
 * Takes a text apart; pure. Nothing of the text is in a fault, it may hold a key.
 *
 * Why: the library's own words may quote the text. All that they can mean behind a document without errors is an alias that is undefined or repeated
 * without end.
 */
export function readYaml(text: string, options: { readonly mapAsMap?: boolean } = {}): YamlText | YamlFault {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' })
  const lineAt = (offset: number): number => lines.linePos(offset).line
  const [error] = document.errors
  if (error) return { fault: 'form', line: lineAt(error.pos[0]), what: error.code.toLowerCase().replaceAll('_', ' ') }
  try {
    const value: unknown = document.toJS({ ...options, maxAliasCount: 100 })
    return { value, document, lineAt, lineOf: (path) => lineAt(offsetOf(document, path)) }
  } catch {
    return { fault: 'aliases' }
  }
}

/** Errors: `invalid-argument` for what is neither YAML nor JSON. `name` is that of the file. */
export function parsePlacedYaml(text: string, name: string): PlacedYaml {
  const read = readYaml(text)
  if (!('fault' in read)) return read
  throw read.fault === 'form'
    ? invalid(`the file ${name}, line ${read.line}: this is neither YAML nor JSON (${read.what})`)
    : invalid(`the file ${name} uses YAML aliases that cannot be resolved`)
}

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'configuration', detail)

/** Where the innermost part of a path begins that the document has. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}
