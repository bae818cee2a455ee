import { Readable } from 'node:stream'
import type { SourceParts } from '../../../src/scim/sources/source-parts.ts'

/** What a source of a test is opened with: nothing of this machine but a folder, and retries that take no time. */
export const sourceParts = (folder: string, parts: Partial<SourceParts> = {}): SourceParts => ({
  folder,
  stdin: Readable.from([]),
  attributes: { user: [], group: [] },
  network: {
    env: {},
    random: (length) => new Uint8Array(length).fill(7),
    userAgent: 'test/1',
    retry: { attempts: 3, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 1 },
  },
  ...parts,
})
