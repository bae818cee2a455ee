import { type Document, LineCounter, parseDocument } from 'yaml'
import { ConnectorError } from '../ground/errors.ts'

/** A text of YAML or JSON, with the places of its parts. */
export interface PlacedYaml {
  readonly value: unknown
  /** The line of a part, from 1; of one that is missing, the line of what should hold it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

/** Errors: `invalid-argument` for what is neither; nothing of the text is quoted, it may hold a key. `name` is that of the file. */
export function parsePlacedYaml(text: string, name: string): PlacedYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' })
  const lineAt = (offset: number): number => lines.linePos(offset).line
  const [error] = document.errors
  if (error) {
    const what = error.code.toLowerCase().replaceAll('_', ' ')
    throw invalid(`the file ${name}, line ${lineAt(error.pos[0])}: this is neither YAML nor JSON (${what})`)
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return { value, lineOf: (path) => lineAt(offsetOf(document, path)) }
  } catch {
    // The library's words may quote the text; all it can mean here is an alias that is undefined or repeated without end.
    throw invalid(`the file ${name} uses YAML aliases that cannot be resolved`)
  }
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
