import type { DefaultMapping, Source } from '../source.ts'
import { findByReading } from './find-by-reading.ts'
import { testByReading } from './test-by-reading.ts'

export interface ReadingSource {
  readonly type: string
  readonly name: string
  /** What a trial calls it. @default its name */
  readonly testName?: string
  readonly defaultMappings: { readonly user: readonly DefaultMapping[]; readonly group: readonly DefaultMapping[] }
  readonly read: Source['read']
  /** For a search and a trial, where objects have more than a read gives. @default `read` */
  readonly look?: Source['read']
}

/** A source that can only be read as a whole, such as a file: one object is found, and a trial made, by reading everything. */
export const readingSource = ({ testName, look, ...parts }: ReadingSource): Source => ({
  ...parts,
  hasAssignments: false,
  find: (kind, reference, call) => findByReading(look ?? parts.read, kind, reference, call),
  test: (call) => testByReading(look ?? parts.read, testName ?? parts.name, call),
})
