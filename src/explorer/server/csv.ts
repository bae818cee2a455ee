import { csvLine } from '../../readers/output/csv-line.ts'
import type { Held, Ref, Shared, Way } from './answers.ts'
import type { ChangeRow } from './answers-work.ts'

/** One table: its columns, and its rows part by part. `next` gives no rows at the end. */
export interface CsvTable {
  readonly columns: readonly string[]
  readonly next: (offset: number, limit: number) => Promise<readonly (readonly string[])[]>
}

const PART = 500

/** A table as RFC 4180, written while it is worked out, so that other questions are answered in between. */
export function csvStream({ columns, next }: CsvTable): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let offset = 0
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(csvLine(columns))),
    async pull(controller) {
      const rows = await next(offset, PART)
      offset += rows.length
      if (rows.length > 0) controller.enqueue(encoder.encode(rows.map(csvLine).join('')))
      if (rows.length < PART) controller.close()
    },
  })
}

export const REF_COLUMNS = ['name', 'email', 'status', 'type', 'key']

export const refCells = ({ name, email, status, type, key }: Ref): readonly string[] => [
  ...[name, email ?? '', status ?? '', type, key],
]

/** `Ada → Engineering → db`, as one cell. */
export const wayCell = (from: Ref, way: Pick<Way, 'steps'> | null): string =>
  way ? [from.name, ...way.steps.map((step) => step.on.name)].join(' → ') : ''

export const HELD_COLUMNS = [
  ...['principal', 'email', 'status', 'principalKey', 'resource', 'resourceKey', 'entitlement', 'how'],
  ...['path', 'since', 'until', 'conditions', 'entitlementId'],
]

export function heldCells({
  principal,
  on,
  entitlement,
  how,
  ways,
  until,
  conditions,
  entitlementId,
}: Held): readonly string[] {
  const [way] = ways
  return [
    ...[
      principal.name,
      principal.email ?? '',
      principal.status ?? '',
      principal.key,
      on.name,
      on.key,
      entitlement,
      how,
    ],
    wayCell(principal, way ?? { steps: [] }),
    way?.since?.at ?? '',
    until ?? '',
    conditions.join('; '),
    entitlementId,
  ]
}

export const sharedColumns = (of: readonly Ref[]): readonly string[] => [...REF_COLUMNS, ...of.map(({ name }) => name)]

export const sharedCells = ({ ref, has }: Shared['rows'][number]): readonly string[] => [
  ...refCells(ref),
  ...has.map((each) => (each ? 'yes' : 'no')),
]

export const CHANGE_COLUMNS = [
  ...['change', 'what', 'name', 'key', 'resource', 'resourceKey', 'entitlement', 'field', 'old', 'new'],
  ...['newAccess', 'admin', 'jewel'],
]

export const changeCells = (row: ChangeRow): readonly string[] => [
  ...[
    row.change,
    row.what,
    row.subject?.name ?? row.name,
    row.subject?.key ?? '',
    row.on?.name ?? '',
    row.on?.key ?? '',
  ],
  ...[row.entitlement ?? '', row.field ?? '', row.old ?? '', row.new ?? ''],
  ...[row.newAccess ? 'yes' : '', row.admin ? 'yes' : '', row.jewel ? 'yes' : ''],
]
