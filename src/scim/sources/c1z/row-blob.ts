import type { RawRow } from '../../../sdk/snapshot/read/open-snapshot.ts'

/** The message of a row. A row without one is an empty message, as readers take it. */
export function blobOf(row: RawRow): Uint8Array {
  const data = row['data']
  return data instanceof Uint8Array ? data : new Uint8Array()
}
