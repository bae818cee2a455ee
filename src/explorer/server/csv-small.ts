import type { History } from './answers.ts'
import type { Decision, Runs } from './answers-work.ts'
import type { CsvTable } from './csv.ts'

/** A table whose rows are all at hand. */
export const whole = (columns: readonly string[], rows: readonly (readonly string[])[]): CsvTable => ({
  columns,
  next: async (offset, limit) => rows.slice(offset, offset + limit),
})

export const HISTORY_COLUMNS = ['at', 'file', 'sync', 'what', 'before', 'after']

export const historyCells = ({ at, file, syncId, what, old, new: now }: History['events'][number]) => [
  ...[at, file, syncId, what, old ?? '', now ?? ''],
]

export const DECISION_COLUMNS = [
  ...['decision', 'principal', 'principalKey', 'resource', 'resourceKey', 'entitlementId'],
  ...['reviewer', 'at', 'note', 'isThere', 'byHand', 'sync'],
]

export const decisionCells = (row: Decision): readonly string[] => [
  ...[row.verdict, row.principalName, row.principalKey, row.resourceName, row.resourceKey, row.entitlementId],
  ...[row.reviewer, row.at, row.note, row.isThere ? 'yes' : 'no', row.byHand ?? '', row.syncId],
]

/** One of the tables of what runs; without rows where nothing of that kind is watched. */
export function runTable(table: 'errors' | 'cycles' | 'log', { daemons, scim }: Runs): CsvTable {
  switch (table) {
    case 'errors':
      return whole(
        ['tenant', 'at', 'where', 'message'],
        daemons.flatMap(({ tenant, errors }) =>
          errors.map(({ at, where, message }) => [tenant ?? '', at, where, message]),
        ),
      )
    case 'cycles':
      return whole(
        ['id', 'kind', 'state', 'began', 'ended', 'result'],
        (scim?.cycles ?? []).map(({ id, kind, state, began, ended, detail, said }) => [
          ...[String(id), kind, state, began, ended ?? '', detail ?? said ?? ''],
        ]),
      )
    case 'log':
      return whole(
        ['at', 'kind', 'name', 'action', 'status', 'reason'],
        (scim?.log ?? []).map(({ at, kind, name, action, status, reason }) => [
          ...[at, kind, name, action, status, reason ?? ''],
        ]),
      )
  }
}
