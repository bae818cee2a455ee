import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'

export const StepType = z.enum(['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export'])

export const Step = z.object({
  name: z.string(),
  type: StepType,
  status: z.enum(['success', 'warning', 'failure', 'skipped']),
  description: z.string(),
})
export type Step = z.infer<typeof Step>

/** One object in one cycle. Names of fields are those of Microsoft Graph's `provisioningObjectSummary`, where it has them. */
export const LogRecord = z.object({
  id: z.int(),
  activityDateTime: z.iso.datetime(),
  changeId: z.string(),
  cycleId: z.int(),
  kind: z.enum(['user', 'group']),
  provisioningAction: z.enum(['create', 'update', 'delete', 'stageddelete', 'disable', 'other']),
  status: z.enum(['success', 'warning', 'failure', 'skipped']),
  sourceIdentity: z.object({ id: z.string(), displayName: z.string() }).optional(),
  targetIdentity: z.object({ id: z.string(), displayName: z.string() }).optional(),
  durationInMilliseconds: z.int(),
  initiatedBy: z.string(),
  errorCode: z.string().optional(),
  reason: z.string().optional(),
  provisioningSteps: z.array(Step),
  modifiedProperties: z.array(
    z.object({ displayName: z.string(), oldValue: z.unknown().optional(), newValue: z.unknown().optional() }),
  ),
})
export type LogRecord = z.infer<typeof LogRecord>

export interface LogFilter {
  readonly failedOnly: boolean
  readonly since: Date | undefined
  /** Records with a higher number only. */
  readonly after?: number | undefined
  /** The newest so many. */
  readonly limit?: number | undefined
}

const KEPT_MS = 30 * 24 * 60 * 60_000

/** The provisioning log, kept for 30 days. */
export class LogRecords {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  add(record: Omit<LogRecord, 'id'>): void {
    const { sourceIdentity: source, targetIdentity: target } = record
    this.#database
      .prepare(
        `insert into log (at, change_id, cycle, kind, action, status, source_id, source_name, target_id, target_name, duration_ms,
          initiated_by, code, detail, steps, modified) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[
          record.activityDateTime,
          record.changeId,
          record.cycleId,
          record.kind,
          record.provisioningAction,
          record.status,
        ],
        ...[source?.id ?? null, source?.displayName ?? null, target?.id ?? null, target?.displayName ?? null],
        ...[record.durationInMilliseconds, record.initiatedBy, record.errorCode ?? null, record.reason ?? null],
        ...[JSON.stringify(record.provisioningSteps), JSON.stringify(record.modifiedProperties)],
      )
  }

  prune(now: Date): void {
    this.#database.prepare('delete from log where at < ?').run(new Date(now.getTime() - KEPT_MS).toISOString())
  }

  /** In the order of their numbers. */
  *find({ failedOnly, since, after = 0, limit }: LogFilter): Generator<LogRecord> {
    const rows = this.#database
      .prepare(
        `select * from (select * from log where id > ? and at >= ? and (? = 0 or status = 'failure') order by id desc limit ?) order by id`,
      )
      .iterate(after, since?.toISOString() ?? '', failedOnly ? 1 : 0, limit ?? -1)
    for (const row of rows) yield recordOf(row)
  }
}

function recordOf(row: Readonly<Record<string, SQLOutputValue>>): LogRecord {
  const identity = (id: SQLOutputValue | undefined, name: SQLOutputValue | undefined) =>
    id === null || id === undefined ? undefined : { id: String(id), displayName: String(name ?? id) }
  return LogRecord.parse({
    id: row['id'],
    activityDateTime: row['at'],
    changeId: row['change_id'],
    cycleId: row['cycle'],
    kind: row['kind'],
    provisioningAction: row['action'],
    status: row['status'],
    sourceIdentity: identity(row['source_id'], row['source_name']),
    targetIdentity: identity(row['target_id'], row['target_name']),
    durationInMilliseconds: row['duration_ms'],
    initiatedBy: row['initiated_by'],
    errorCode: row['code'] ?? undefined,
    reason: row['detail'] ?? undefined,
    provisioningSteps: JSON.parse(String(row['steps'])) as unknown,
    modifiedProperties: JSON.parse(String(row['modified'])) as unknown,
  })
}
