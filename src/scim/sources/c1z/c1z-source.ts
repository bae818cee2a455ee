import { stat } from 'node:fs/promises'

import { openSnapshot } from '../../../sdk/snapshot/read/open-snapshot.ts'
import { storageError } from '../../../sdk/snapshot/file/storage-error.ts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { Source, SourceCall, SourceRead, SourceSink } from '../../source.ts'
import { fileError } from '../file-error.ts'
import { readingSource } from '../reading-source.ts'
import { C1zReading } from './c1z-reading.ts'
import { chosenSync, notesOnChoice } from './chosen-sync.ts'
import { C1Z_MAPPINGS } from './mappings.ts'

export interface C1zFile {
  readonly path: string
  /** As the configuration writes it; for sentences. */
  readonly name: string
  /** Slugs of the entitlements that make a member of a group. @default see membership-entitlements.ts */
  readonly slugs?: readonly string[] | undefined
  /** Attributes that a read gives besides the usual ones; a search and a trial give all. @default all */
  readonly attributes?: Readonly<Record<Kind, readonly string[]>> | undefined
  /** Folder for the unpacked database. @default the system's temporary folder */
  readonly tempDir?: string | undefined
}

/**
 * Users, groups and memberships from a snapshot of any Baton connector.
 *
 * Shape: users are the resources of types with the trait user, groups those with the trait group; members are who directly holds an entitlement of
 * a group that is a membership. The newest finished full sync is read.
 */
export function c1zSource({ path, name, slugs, attributes, tempDir }: C1zFile): Source {
  const reading =
    (names: C1zFile['attributes']) =>
    async (sink: SourceSink, call: SourceCall): Promise<SourceRead> => {
      await refuseNoFile(path, name)
      using snapshot = await openSnapshot(path, {
        ...(tempDir !== undefined && { tempDir }),
        names: { file: name, setting: 'source' },
      })
      const sync = chosenSync(snapshot, name)
      try {
        const part = { snapshot, syncId: sync.syncId, file: name, slugs, attributes: names }
        const result = await new C1zReading(part, sink, call).read()
        return { ...result, notes: [...notesOnChoice(snapshot, sync, name), ...result.notes] }
      } catch (error) {
        throw storageError(error, `read ${name}`)
      }
    }
  const look = reading(undefined)
  return readingSource({ type: 'c1z', name, defaultMappings: C1Z_MAPPINGS, read: reading(attributes), look })
}

/** Why: whoever writes snapshots takes a missing file for an empty one; as a source it is a mistake. */
async function refuseNoFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, name)
  })
  if (found.size === 0) throw new ConnectorError('invalid-argument', `read ${name}`, 'the file is empty')
}
