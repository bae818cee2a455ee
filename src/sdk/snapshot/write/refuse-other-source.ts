import type { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../../ground/errors.ts'
import type { StoredSync } from '../tables/base-file.ts'
import { sourceOf } from '../tables/finished-token.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'
import { sqlText } from '../file/database-file.ts'
import { decodeResourceType } from '../../wire/rows/decode-resource-type.ts'
import type { BaseSnapshot } from './base-snapshot.ts'

/**
 * Errors: `failed-precondition` where the sync that readers show is known to be of another source than this run.
 *
 * Why: syncs of two networks in one file push each other out, and readers would show now one and now the other.
 */
export function refuseOtherSource(syncs: readonly StoredSync[], source: string | undefined, file: string): void {
  const shown = latestFinishedFull(syncs)
  const before = shown && sourceOf(shown.checkpoint)
  if (source === undefined || before === undefined || before === source) return
  throw new ConnectorError(
    'failed-precondition',
    'open snapshot',
    `${file} holds a sync of ${before}, and this run is of ${source}; choose another --file for ${source}, or move this one away first`,
  )
}

/**
 * Errors: `failed-precondition` where the sync that readers show does not say what it is of, as one of an earlier version or of another program, and
 * has people, of whom not one is in the new full sync in `database`.
 *
 * Why: in a network that goes on existing somebody stays.
 */
export function refuseStrangers(
  database: DatabaseSync,
  base: BaseSnapshot,
  source: string | undefined,
  file: string,
): void {
  const shown = latestFinishedFull(base.syncs)
  if (source === undefined || base.path === undefined || !shown || sourceOf(shown.checkpoint) !== undefined) return
  database.exec(`attach ${sqlText(base.path)} as base`)
  try {
    const types = userTypes(database)
    const before = `from base.v1_resources b where b.sync_id = ? and b.resource_type_id in (select value from json_each(?))`
    const same = 'and exists (select 1 from main.resource r where r.external_id = b.external_id and r.data is not null)'
    const has = (sql: string): boolean => database.prepare(`${sql} limit 1`).get(shown.syncId, types) !== undefined
    if (!has(`select 1 ${before}`) || has(`select 1 ${before} ${same}`)) return
  } finally {
    database.exec('detach base')
  }
  throw new ConnectorError(
    'failed-precondition',
    'write snapshot',
    `${file} holds a sync that does not say of which network it is, and nobody in it is in ${source}; choose another --file for ${source}, or move this one away, and run again`,
  )
}

/** The types of people in the new sync, as JSON. */
const userTypes = (database: DatabaseSync): string =>
  JSON.stringify(
    database
      .prepare('select data from main.resource_type')
      .all()
      .flatMap(({ data }) => (data instanceof Uint8Array ? [decodeResourceType(data)] : []))
      .flatMap(({ id, traits }) => (traits.includes('user') ? [id] : [])),
  )
