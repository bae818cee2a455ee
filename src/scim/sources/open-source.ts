import { resolve } from 'node:path'

import type { Source } from '../source.ts'
import type { CsvOptions } from './csv/options.ts'
import type { SourceOptions } from './options.ts'
import type { SourceParts } from './source-parts.ts'
import { textFile, type TextFile } from './text-file.ts'

/**
 * Makes the source that the configuration names; nothing is read or requested yet.
 *
 * Why: each kind is loaded when it is asked for, so that a csv file does not pay for LDAP.
 */
export async function openSource(options: SourceOptions, parts: SourceParts): Promise<Source> {
  const file = (path: string): TextFile => textFile(resolve(parts.folder, path), path)
  switch (options.type) {
    case 'csv':
      return openCsv(options, file)
    case 'json': {
      const { jsonSource } = await import('./json/json-source.ts')
      return jsonSource(file(options.file))
    }
    case 'ndjson': {
      const { ndjsonSource } = await import('./ndjson/ndjson-source.ts')
      return ndjsonSource(file(options.file))
    }
    case 'stdin': {
      const { stdinSource } = await import('./stdin/stdin-source.ts')
      const { spooled } = await import('./stdin/spooled.ts')
      return stdinSource(spooled(parts.stdin), options.format)
    }
    case 'c1z': {
      const { c1zSource } = await import('./c1z/c1z-source.ts')
      const { file: name, membership: slugs } = options
      return c1zSource({ path: resolve(parts.folder, name), name, slugs, attributes: parts.attributes })
    }
    case 'graph': {
      const { openGraph } = await import('./graph/open-graph.ts')
      return openGraph(options, parts)
    }
    case 'ldap': {
      const { openLdap } = await import('./ldap/open-ldap.ts')
      return openLdap(options, parts)
    }
    case 'ldif': {
      const { ldifSource } = await import('./ldif/ldif-source.ts')
      return ldifSource(file(options.file), options, parts.attributes)
    }
    case 'scim': {
      const { openScim } = await import('./scim/open-scim.ts')
      return openScim(options, parts)
    }
  }
}

async function openCsv({ people, groups, members }: CsvOptions, file: (path: string) => TextFile): Promise<Source> {
  const { csvSource } = await import('./csv/csv-source.ts')
  const grouping =
    groups === undefined || members === undefined ? undefined : { groups: file(groups), members: file(members) }
  return csvSource({ people: file(people), grouping })
}
