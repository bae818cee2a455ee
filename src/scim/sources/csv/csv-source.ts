import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { FLAT_MAPPINGS } from '../default-mappings.ts'
import { readingSource } from '../reading-source.ts'
import type { TextFile } from '../text-file.ts'
import { CsvReading } from './csv-reading.ts'
import type { Columns } from './table.ts'

const PEOPLE: Columns = { needed: ['externalId', 'userName'], known: ['givenName', 'familyName', 'email', 'active'] }
const GROUPS: Columns = { needed: ['externalId', 'displayName'], known: [] }
const MEMBERS: Columns = { needed: ['group', 'member'], known: [] }

/** The tables of a csv source. */
export interface CsvTables {
  readonly people: TextFile
  /** Both or none: groups whose members are unknown must not be emptied. */
  readonly grouping?: { readonly groups: TextFile; readonly members: TextFile } | undefined
}

/**
 * People, groups and members from csv files.
 *
 * Shape: a row that cannot be used makes the read incomplete; two rows with one external id refuse it, for nobody can say which is right.
 * A file without rows refuses it, too.
 */
export function csvSource({ people, grouping }: CsvTables): Source {
  const files = grouping ? [people, grouping.groups, grouping.members] : [people]
  const read = async (sink: SourceSink, call: SourceCall): Promise<SourceRead> => {
    const reading = new CsvReading(sink, call)
    const before = files.map((file) => file.fingerprint())
    await reading.objects('user', people, PEOPLE)
    if (grouping) {
      await reading.objects('group', grouping.groups, GROUPS)
      await reading.members(grouping.members, MEMBERS)
    }
    for (const [at, file] of files.entries()) if (file.fingerprint() !== before[at]) reading.changed(file)
    return reading.result()
  }
  return readingSource({
    type: 'csv',
    name: people.name,
    testName: files.map(({ name }) => name).join(', '),
    defaultMappings: FLAT_MAPPINGS,
    read,
  })
}
