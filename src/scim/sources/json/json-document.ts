import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { badLine, notUtf8, type TextFile } from '../text-file.ts'
import { parsedJson } from './parsed-json.ts'

/** Largest document. It is in memory as a whole, several times as large as in the file. */
const MOST_BYTES = 256 * 1024 * 1024

/** Reads a file that is one JSON document. Errors: `invalid-argument` where it is none or too large; else as `TextFile.chunks`. */
export async function jsonDocument(file: TextFile, signal: AbortSignal): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of file.chunks(signal)) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw refusedDocument(file, 'the document is larger than 256 MiB; write it as ndjson')
    chunks.push(Buffer.from(chunk))
  }
  const text = Buffer.concat(chunks, bytes)
  const bad = badLine(text, 1)
  if (bad !== undefined) throw notUtf8(file.name, bad)
  const parsed = parsedJson(text.toString('utf8'))
  if ('value' in parsed) return parsed.value
  const lines = /"kind"/.test(text.toString('latin1', 0, 1024)) ? '; if each line is an object, its type is ndjson' : ''
  throw refusedDocument(file, `this is no JSON document: ${parsed.problem}${lines}`)
}

export const refusedDocument = (file: TextFile, detail: string): ConnectorError =>
  new ConnectorError('invalid-argument', `read ${file.name}`, detail)
