import type { DatabaseSync } from 'node:sqlite'

import { decodeGrant } from '../../wire/rows/decode-grant.ts'
import { decodeExpandable } from '../../wire/rows/decode-annotations.ts'
import { withoutFields } from '../../wire/rows/grant-head.ts'
import { decodedRow } from '../read/decoded-row.ts'

const NAME = 'c1.connector.v2.GrantExpandable'

/** Rows looked into at once. */
const BATCH = 1000

/**
 * Moves what makes grants expandable from their annotations into the columns, where writers up to baton-sdk v0.7.21 do not put it.
 *
 * Shape: does nothing where the sync's row says that it was done. An annotation that names no entitlement is taken out, and the grant is an
 * ordinary one. Errors: `data-loss` for a row that is damaged.
 * Source: baton-sdk v0.25.0 `pkg/dotc1z/grants.go`.
 */
export function moveAnnotations(database: DatabaseSync, syncId: string): void {
  const sync = database.prepare('select grants_backfilled as done from main.v1_sync_runs where sync_id = ?').get(syncId)
  if (sync?.['done'] === 1) return
  const select = database.prepare(
    `select id, external_id, data from main.v1_grants not indexed
     where id > ? and sync_id = ? and expansion is null and instr(data, cast(? as blob)) > 0 order by id limit ${BATCH}`,
  )
  const update = database.prepare('update main.v1_grants set data = ?, expansion = ?, needs_expansion = ? where id = ?')
  for (let last = 0; ;) {
    const rows = select.all(last, syncId, NAME)
    if (rows.length === 0) break
    for (const { id, external_id: grantId, data } of rows) {
      last = Number(id)
      const moved = data instanceof Uint8Array ? apart(data, String(grantId)) : undefined
      if (moved) update.run(moved.data, moved.expansion ?? null, moved.expansion ? 1 : 0, last)
    }
  }
  database.prepare('update main.v1_sync_runs set grants_backfilled = 1 where sync_id = ?').run(syncId)
}

/** The grant without the annotation, and the annotation; `undefined` where it has none. */
function apart(
  data: Uint8Array,
  grantId: string,
): { readonly data: Uint8Array; readonly expansion?: Uint8Array } | undefined {
  return decodedRow('expand grants', `the grant ${JSON.stringify(grantId)}`, () => {
    const annotations = decodeGrant(data).annotations.filter(({ name }) => name === NAME)
    const [first] = annotations
    if (!first) return undefined
    const rest = withoutFields(data, (_, field) => isExpandable(field))
    return decodeExpandable(first.value).entitlementIds.some((id) => id.trim() !== '')
      ? { data: rest, expansion: first.value }
      : { data: rest }
  })
}

/** Whether a field of a grant is such an annotation: a message of one field alone is a grant, too. */
const isExpandable = (field: Uint8Array): boolean => decodeGrant(field).annotations.some(({ name }) => name === NAME)
