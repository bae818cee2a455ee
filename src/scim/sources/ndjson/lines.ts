import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { RestBuffer } from '../rest-buffer.ts'
import { badLine, notUtf8, type TextFile } from '../text-file.ts'

const LF = 0x0a

/** Longest line in bytes. */
const MOST_LINE = 16 * 1024 * 1024

/** A line of a file, numbered from 1. */
export interface Line {
  readonly line: number
  readonly text: string
}

/**
 * The lines of a file, in batches.
 *
 * Errors: `invalid-argument` for bytes that are not UTF-8 and for a line that does not end; else as `TextFile.chunks`.
 * Why: lines end at the byte 0x0A only. Readers of text lines also end them at characters that a JSON text may hold.
 */
export async function* linesOf(file: TextFile, signal: AbortSignal): AsyncGenerator<readonly Line[]> {
  const rest = new RestBuffer()
  let next = 1
  const cut = (bytes: Buffer): readonly Line[] => {
    const bad = badLine(bytes, next)
    if (bad !== undefined) throw notUtf8(file.name, bad)
    const texts = bytes.toString('utf8').split('\n')
    const lines = texts.map((text, at) => ({ line: next + at, text }))
    next += texts.length
    return lines
  }
  for await (const chunk of file.chunks(signal)) {
    const bytes = rest.with(chunk)
    const end = bytes.lastIndexOf(LF)
    const lines = end >= 0 ? cut(bytes.subarray(0, end)) : []
    rest.keep(bytes.subarray(end + 1))
    if (rest.length > MOST_LINE)
      throw new ConnectorError(
        'invalid-argument',
        `read ${file.name}`,
        'a line is longer than 16 MiB; if the file is one JSON document, its type is json',
      )
    yield lines
  }
  if (rest.length > 0) yield cut(rest.bytes())
}
