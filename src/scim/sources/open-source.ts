import { resolve } from 'node:path'

import type { Source } from '../source.ts'
import type { SourceOptions } from './options.ts'
import { textFile } from './text-file.ts'

/** What sources need besides their settings. */
export interface SourceParts {
  /** Paths of the settings are relative to this folder. */
  readonly folder: string
}

/**
 * Makes the source that the configuration names; nothing is read or requested yet.
 *
 * Why: each kind is loaded when it is asked for, so that a csv file does not pay for LDAP.
 */
export async function openSource(options: SourceOptions, { folder }: SourceParts): Promise<Source> {
  const file = (path: string) => textFile(resolve(folder, path), path)
  switch (options.type) {
    case 'csv': {
      const { csvSource } = await import('./csv/csv-source.ts')
      const { people, groups, members } = options
      return csvSource({
        people: file(people),
        ...(groups !== undefined &&
          members !== undefined && { grouping: { groups: file(groups), members: file(members) } }),
      })
    }
  }
}
