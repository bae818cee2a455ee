import type { Source } from '../../source.ts'
import { csvSource } from '../csv/csv-source.ts'
import { FLAT_MAPPINGS } from '../default-mappings.ts'
import { ndjsonSource } from '../ndjson/ndjson-source.ts'
import type { TextFile } from '../text-file.ts'
import type { StdinOptions } from './options.ts'

/** Standard input: the people table of a csv source, or the entries of an ndjson source. */
export function stdinSource(input: TextFile, format: StdinOptions['format']): Source {
  const inner = async (signal: AbortSignal): Promise<Source> =>
    (format ?? ((await beginsWithBrace(input, signal)) ? 'ndjson' : 'csv')) === 'csv'
      ? csvSource({ people: input })
      : ndjsonSource(input)
  return {
    type: 'stdin',
    name: input.name,
    hasAssignments: false,
    defaultMappings: FLAT_MAPPINGS,
    read: async (sink, call) => (await inner(call.signal)).read(sink, call),
    find: async (kind, reference, call) => (await inner(call.signal)).find(kind, reference, call),
    test: async (call) => (await inner(call.signal)).test(call),
  }
}

async function beginsWithBrace(input: TextFile, signal: AbortSignal): Promise<boolean> {
  for await (const chunk of input.chunks(signal)) {
    const text = chunk.toString('latin1').trimStart()
    if (text !== '') return text.startsWith('{')
  }
  return false
}
