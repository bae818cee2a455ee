import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { FLAT_MAPPINGS } from '../default-mappings.ts'
import { hasKind, type EntryKind } from '../entries/entry.ts'
import { EntryReading } from '../entries/entry-reading.ts'
import { quoted } from '../quoted.ts'
import { readingSource } from '../reading-source.ts'
import type { TextFile } from '../text-file.ts'
import { jsonDocument, refusedDocument } from './json-document.ts'

const LISTS: ReadonlyMap<string, EntryKind> = new Map([
  ['users', 'user'],
  ['groups', 'group'],
  ['members', 'member'],
])

/**
 * Users, groups and members from a JSON document.
 *
 * Shape: the document is an object with the lists `users`, `groups` and `members`; or one list of entries that say their kind; or a list of users.
 * An entry that cannot be used makes the read incomplete; two with one external id refuse it.
 */
export function jsonSource(file: TextFile): Source {
  const read = async (sink: SourceSink, call: SourceCall): Promise<SourceRead> => {
    const reading = new EntryReading(sink, call, ({ at, kind }) =>
      kind === undefined ? `entry ${at + 1}` : `entry ${at + 1} of the ${kind}s`,
    )
    const before = file.fingerprint()
    const document = await jsonDocument(file, call.signal)
    if (Array.isArray(document)) takeList(reading, file, document, document.some(hasKind) ? undefined : 'user')
    else takeLists(reading, file, document)
    if (file.fingerprint() !== before) reading.gaps.add(`${file.name} changed while it was read; read it again`)
    return reading.finish(file.name)
  }
  return readingSource({ type: 'json', name: file.name, defaultMappings: FLAT_MAPPINGS, read })
}

function takeLists(reading: EntryReading, file: TextFile, document: unknown): void {
  if (typeof document !== 'object' || document === null)
    throw refusedDocument(file, 'the document is no object with lists, and no list')
  const lists = new Map<string, unknown>(Object.entries(document))
  const unknown = [...lists.keys()].find((name) => !LISTS.has(name))
  if (unknown !== undefined)
    throw refusedDocument(file, `the document has ${quoted(unknown)}; only users, groups and members are known`)
  for (const [name, kind] of LISTS) {
    const list = lists.get(name)
    if (list === undefined) continue
    if (!Array.isArray(list)) throw refusedDocument(file, `${name} is no list`)
    if (list.length === 0)
      throw refusedDocument(file, `the list ${name} is empty; a source without entries is taken for a mistake`)
    takeList(reading, file, list, kind)
  }
}

function takeList(reading: EntryReading, file: TextFile, list: readonly unknown[], kind: EntryKind | undefined): void {
  for (const [at, entry] of list.entries()) reading.take(entry, { file: file.name, kind, at })
}
