import type { DatabaseSync } from 'node:sqlite'

import { decodeExpandable } from '../../wire/rows/decode-annotations.ts'
import type { ResourceId } from '../../model/model.ts'
import { decodedRow } from '../read/decoded-row.ts'

/** A grant that passes its principal's entitlements on. */
export interface StoredEdge {
  readonly grantId: string
  readonly principal: ResourceId
  readonly sources: readonly string[]
  readonly target: string
  readonly shallow: boolean
  readonly types: readonly string[]
}

/** Errors: `data-loss` for a row that is damaged. */
export function readStoredEdges(database: DatabaseSync, syncId: string): readonly StoredEdge[] {
  const select = database.prepare(
    `select external_id, entitlement_id, principal_resource_type_id as type, principal_resource_id as id, expansion
     from main.v1_grants where sync_id = ? and expansion is not null and needs_expansion = 1 order by id`,
  )
  return select.all(syncId).map((row) => {
    const { entitlementIds, shallow, resourceTypeIds } = expandableOf(row['expansion'], String(row['external_id']))
    return {
      grantId: String(row['external_id']),
      principal: { type: String(row['type']), id: String(row['id']) },
      sources: entitlementIds,
      target: String(row['entitlement_id']),
      shallow,
      types: resourceTypeIds,
    }
  })
}

function expandableOf(bytes: unknown, grantId: string): ReturnType<typeof decodeExpandable> {
  return decodedRow('expand grants', `the grant ${JSON.stringify(grantId)}`, () =>
    decodeExpandable(bytes instanceof Uint8Array ? bytes : new Uint8Array()),
  )
}
