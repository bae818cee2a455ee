import { openSnapshot } from '../../snapshot/read/open-snapshot.ts'
import { decodeResource } from '../../wire/rows/decode-resource.ts'
import { userTraitOf } from '../../wire/rows/decode-traits.ts'
import type { StoredResource } from '../../wire/rows/stored.ts'

/** A larger snapshot takes longer to unpack than somebody waits for a completion. */
const MOST_BYTES = 512 * 1024 * 1024

/** What commands take for the resources of these types in the newest finished sync: a login, an id of a role, else the name. Errors: as `openSnapshot`. */
export async function snapshotNames(file: string, types: readonly string[]): Promise<readonly string[]> {
  using snapshot = await openSnapshot(file, { maxDecodedBytes: MOST_BYTES })
  const { latest } = snapshot
  if (!latest) return []
  const names: string[] = []
  for (const { data } of snapshot.rows('v1_resources', latest.syncId, { columns: ['data'], resourceTypes: types }))
    if (data instanceof Uint8Array) names.push(nameOf(decodeResource(data)))
  // A name with a line break would break the output, and nobody can type it.
  return names.filter((name) => name !== '' && !/[\r\n]/.test(name))
}

function nameOf(resource: StoredResource): string {
  const { id, displayName } = resource
  if (id?.type === 'role') return id.id
  const login = id?.type === 'user' ? userTraitOf(resource)?.login : undefined
  return login || displayName
}
