import { createKsuid } from '../../sdk/snapshot/tables/ksuid.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { RewriteRow, SnapshotRow } from '../../sdk/snapshot/write/rewrite-snapshot.ts'
import { decodedRow } from '../../sdk/snapshot/read/decoded-row.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { SanitizedMessages } from './sanitized-messages.ts'

/** Rewrites rows of a snapshot with pseudonyms. `startedAt` says of each sync when it began, for its new id. Errors: `data-loss` for a damaged row. */
export function sanitizeRows(file: string, names: Pseudonyms, startedAt: ReadonlyMap<string, string>): RewriteRow {
  const messages = new SanitizedMessages(names)
  const syncs = new Map<string, string>()
  const syncId = (id: string): string => {
    if (id === '') return ''
    const found = syncs.get(id) ?? newSyncId(id, startedAt.get(id), names)
    syncs.set(id, found)
    return found
  }
  const rewrite = (table: string, row: SnapshotRow): SnapshotRow | undefined => {
    const own = { sync_id: syncId(textOf(row, 'sync_id')) }
    switch (table) {
      case 'v1_sync_runs':
        return { ...own, ...syncRun(row, syncId) }
      case 'v1_resource_types':
        return { ...own, data: messages.resourceType(bytesOf(row, 'data')) }
      case 'v1_resources': {
        const [type, key, parent] = ['resource_type_id', 'external_id', 'parent_resource_id'].map((name) =>
          textOf(row, name),
        )
        return {
          ...own,
          external_id: names.resourceKey(type ?? '', key ?? ''),
          ...(parent !== '' && { parent_resource_id: names.id(parent ?? '') }),
          data: messages.resource(bytesOf(row, 'data')),
        }
      }
      case 'v1_entitlements':
        return {
          ...own,
          resource_id: names.id(textOf(row, 'resource_id')),
          external_id: names.entitlementId(textOf(row, 'external_id')),
          data: messages.entitlement(bytesOf(row, 'data')),
        }
      case 'v1_grants':
        return { ...own, ...grantRow(row, names, messages) }
      default:
        // Pictures, and what a connector keeps for itself.
        return undefined
    }
  }
  return (table, row) =>
    decodedRow(`sanitize ${file}`, `the row of ${textOf(row, 'external_id')}`, () => rewrite(table, row))
}

function grantRow(row: SnapshotRow, names: Pseudonyms, messages: SanitizedMessages): SnapshotRow {
  const [entitlement, type, principal, id] = [
    'entitlement_id',
    'principal_resource_type_id',
    'principal_resource_id',
    'external_id',
  ].map((name) => textOf(row, name)) as [string, string, string, string]
  const newEntitlement = names.entitlementId(entitlement)
  const newId =
    id === `${entitlement}:${type}:${principal}` ? `${newEntitlement}:${type}:${names.id(principal)}` : names.id(id)
  const { expansion } = row
  return {
    resource_id: names.id(textOf(row, 'resource_id')),
    entitlement_id: newEntitlement,
    principal_resource_id: names.id(principal),
    external_id: newId,
    data: messages.grant(bytesOf(row, 'data'), newId),
    ...(expansion instanceof Uint8Array && { expansion: messages.expandable(expansion) }),
  }
}

/** What a sync says of itself besides rows: its checkpoint may hold page tokens, of which only what readers need is kept. */
function syncRun(row: SnapshotRow, syncId: (id: string) => string): SnapshotRow {
  const isFinished = row['ended_at'] !== null
  const needs = /"needs_expansion"\s*:\s*true/.test(textOf(row, 'sync_token'))
  return {
    sync_token: isFinished ? JSON.stringify({ ...(needs && { needs_expansion: true }), version: 1 }) : '',
    parent_sync_id: syncId(textOf(row, 'parent_sync_id')),
    linked_sync_id: syncId(textOf(row, 'linked_sync_id')),
    ingest_invariant_generation: '',
    ingest_invariant_coverage: '',
    ingest_invariant_mode: '',
  }
}

function newSyncId(id: string, startedAt: string | undefined, names: Pseudonyms): string {
  const time = parseTimeText(startedAt ?? '') ?? new Date('2020-01-01T00:00:00Z')
  return createKsuid(time, () => names.bytes(`sync ${id}`))
}

function textOf(row: SnapshotRow, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

const NO_BYTES = new Uint8Array()

function bytesOf(row: SnapshotRow, column: string): Uint8Array {
  const value = row[column]
  return value instanceof Uint8Array ? value : NO_BYTES
}
