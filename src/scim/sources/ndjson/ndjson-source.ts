import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { EntryReading } from '../entries/entry-reading.ts'
import { FLAT_MAPPINGS } from '../default-mappings.ts'
import { readingSource } from '../reading-source.ts'
import { parsedJson } from '../json/parsed-json.ts'
import type { TextFile } from '../text-file.ts'
import { linesOf } from './lines.ts'

/**
 * Users, groups and members from a file with one JSON object a line, in any order.
 *
 * Shape: a line that cannot be used makes the read incomplete; two entries with one external id refuse it.
 */
export function ndjsonSource(file: TextFile): Source {
  const read = async (sink: SourceSink, call: SourceCall): Promise<SourceRead> => {
    const reading = new EntryReading(sink, call, ({ at }) => `line ${at}`)
    const before = file.fingerprint()
    for await (const lines of linesOf(file, call.signal))
      for (const { line, text } of lines) {
        if (text.trim() === '') continue
        const parsed = parsedJson(text)
        if ('value' in parsed) reading.take(parsed.value, { file: file.name, at: line })
        else reading.gaps.add(`${file.name}, line ${line}: this is no JSON: ${parsed.problem.replace('line 1 ', '')}`)
      }
    if (reading.empty && !reading.gaps.none)
      throw new ConnectorError(
        'invalid-argument',
        `read ${file.name}`,
        'no line is an entry; if the file is one JSON document, its type is json',
      )
    if (file.fingerprint() !== before) reading.gaps.add(`${file.name} changed while it was read; read it again`)
    return reading.finish(file.name)
  }
  return readingSource({ type: 'ndjson', name: file.name, defaultMappings: FLAT_MAPPINGS, read })
}
