import type { AttributeChange, Kind } from '../model.ts'
import { HIDDEN } from '../plan/plan-document.ts'
import type { LogRecord, Step } from '../state/log-records.ts'
import { LogRecords } from '../state/log-records.ts'
import type { Operation } from '../state/operations.ts'
import { inTransaction } from '../state/transaction.ts'
import type { Engine } from './engine.ts'

export interface LogContext {
  readonly cycle: number
  readonly initiatedBy: string
  readonly at: Date
}

/** What is known of an object beside its operations. */
interface Facts {
  readonly sourceId: string | undefined
  readonly label: string
  readonly verdict: string | undefined
  readonly reason: string | undefined
  readonly attributes: number
  readonly targetId: string | undefined
  readonly origin: string | undefined
  readonly how: string | undefined
  /** Why it is out of scope. */
  readonly code: string | undefined
  readonly conflict: { readonly code: string; readonly detail: string } | undefined
}

/**
 * Writes one record for each object that had an operation in this cycle, and for each that is left out for another reason than before. What was not
 * begun has no record.
 */
export function writeLog(engine: Engine, context: LogContext): void {
  const { database, operations } = engine
  const records = new LogRecords(database)
  inTransaction(database, () => {
    records.prune(context.at)
    let group: Operation[] = []
    const write = (): void => {
      const [first] = group
      if (first) records.add(recordOf(engine, context, first, group))
      group = []
    }
    for (const operation of operations.byObject()) {
      if (operation.state === 'planned' || operation.state === 'held') continue
      if (group[0]?.source !== operation.source) write()
      group.push(operation)
    }
    write()
    writeSkipped(engine, context, records)
  })
}

/** Objects that are in a conflict, out of scope, or cannot be mapped; each is told once. */
function writeSkipped({ database, random, source }: Engine, context: LogContext, records: LogRecords): void {
  const rows = database
    .prepare(
      `select d.key, d.kind, d.label, s.id, coalesce(c.code, d.code) as code, coalesce(c.detail, d.reason) as reason,
          c.code is not null or d.verdict = 'skip' as failed
        from desired d join source_object s on s.key = d.key left join temp.conflict c on c.key = d.key
        where (c.key is not null or d.verdict <> 'in') and coalesce(c.detail, d.reason) is not d.told
          and d.key not in (select source_key from operation where state not in ('planned', 'held') and source_key is not null)`,
    )
    .iterate()
  for (const { kind, label, id, code, reason, failed } of rows) {
    const status = failed === 1 ? 'failure' : 'skipped'
    records.add({
      activityDateTime: context.at.toISOString(),
      changeId: Buffer.from(random(16)).toString('hex'),
      cycleId: context.cycle,
      kind: kind as Kind,
      provisioningAction: 'other',
      status,
      sourceIdentity: { id: String(id), displayName: String(label) },
      durationInMilliseconds: 0,
      initiatedBy: context.initiatedBy,
      errorCode: String(code),
      reason: String(reason),
      provisioningSteps: [
        { name: 'EntryImport', type: 'import', status: 'success', description: `read from ${source.name}` },
        {
          name: 'EntrySynchronizationScoping',
          type: failed === 1 ? 'matching' : 'scoping',
          status,
          description: String(reason),
        },
      ],
      modifiedProperties: [],
    })
  }
  database.exec(`
    update desired set told = coalesce((select detail from temp.conflict c where c.key = desired.key), iif(verdict = 'in', null, reason))
      where told is not coalesce((select detail from temp.conflict c where c.key = desired.key), iif(verdict = 'in', null, reason))`)
}

function factsOf({ database }: Engine, { source, target, name }: Subject): Facts {
  const row = database
    .prepare(
      `select s.id as source_id, d.label, d.verdict, d.reason, d.code, d.attributes, o.id as target_id, t.origin, t.how,
          c.code as conflict, c.detail
        from (select ? as key, ? as target) k left join source_object s on s.key = k.key left join desired d on d.key = k.key
        left join temp.tie t on t.source_key = k.key left join target_object o on o.key = coalesce(t.target_key, k.target)
        left join temp.conflict c on c.key = k.key`,
    )
    .get(source ?? null, target ?? null)
  const text = (column: string): string | undefined => (typeof row?.[column] === 'string' ? row[column] : undefined)
  return {
    sourceId: text('source_id'),
    label: text('label') ?? name,
    verdict: text('verdict'),
    reason: text('reason'),
    attributes: Object.keys(JSON.parse(text('attributes') ?? '{}') as object).length,
    targetId: text('target_id'),
    origin: text('origin'),
    how: text('how'),
    code: text('code'),
    conflict: conflictOf(text('conflict'), text('detail')),
  }
}

const ACTIONS: Readonly<Record<Operation['action'], LogRecord['provisioningAction']>> = {
  create: 'create',
  update: 'update',
  enable: 'update',
  disable: 'disable',
  delete: 'delete',
  'add-members': 'update',
  'remove-members': 'update',
}

const conflictOf = (code: string | undefined, detail: string | undefined): Facts['conflict'] =>
  code === undefined ? undefined : { code, detail: detail ?? '' }

/** Whom a record is about. */
export type Subject = Pick<Operation, 'kind' | 'source' | 'target' | 'name'>

/** The record of an object and of what was done to it, which may be nothing. */
export function recordOf(
  engine: Engine,
  context: LogContext,
  subject: Subject,
  group: readonly Operation[],
): Omit<LogRecord, 'id'> {
  const { random, source, policy } = engine
  const facts = factsOf(engine, subject)
  const [first] = group
  const worst = group.find(({ state }) => state === 'failed') ?? group.find(({ code }) => code !== undefined) ?? first
  const staged = group.some(({ state }) => state === 'staged')
  const status = statusOf(group, facts)
  const [target] = facts.targetId === undefined ? [] : [{ id: facts.targetId, displayName: facts.label }]
  const code = worst?.code ?? facts.conflict?.code ?? (facts.verdict === 'in' ? undefined : facts.code)
  return {
    activityDateTime: context.at.toISOString(),
    changeId: Buffer.from(random(16)).toString('hex'),
    cycleId: context.cycle,
    kind: subject.kind,
    provisioningAction: staged ? 'stageddelete' : first ? ACTIONS[first.action] : 'other',
    status,
    ...(facts.sourceId !== undefined && { sourceIdentity: { id: facts.sourceId, displayName: facts.label } }),
    ...(target && { targetIdentity: target }),
    durationInMilliseconds: group.reduce((sum, { durationMs }) => sum + durationMs, 0),
    initiatedBy: context.initiatedBy,
    ...(code !== undefined && { errorCode: code }),
    reason: worst?.detail ?? reasonOf(group, facts),
    provisioningSteps: stepsOf(facts, group, source.name),
    modifiedProperties: group.flatMap(({ kind, changes }) =>
      changes.map((change) => modified(change, policy.hidden[kind])),
    ),
  }
}

function statusOf(group: readonly Operation[], { conflict, verdict }: Facts): LogRecord['status'] {
  if (group.some(({ state }) => state === 'failed') || conflict || verdict === 'skip') return 'failure'
  if (group.every(({ state }) => state !== 'done')) return 'skipped'
  return group.some(({ code }) => code !== undefined) ? 'warning' : 'success'
}

function reasonOf(group: readonly Operation[], { conflict, verdict, reason, targetId }: Facts): string {
  if (group.length > 0) return group.map((operation) => operation.reason).join('; ')
  if (conflict) return conflict.detail
  if (verdict !== 'in' || targetId === undefined) return reason ?? 'not provisioned'
  return 'nothing to do: the target is as the source wants it'
}

function modified(
  { path, before, after }: AttributeChange,
  hidden: ReadonlySet<string>,
): LogRecord['modifiedProperties'][number] {
  const shown = <T>(value: T): T | typeof HIDDEN => (hidden.has(path) ? HIDDEN : value)
  return {
    displayName: path,
    ...(before !== undefined && { oldValue: shown(before) }),
    ...(after !== undefined && { newValue: shown(after) }),
  }
}

/** The five steps an object goes through. */
function stepsOf(facts: Facts, group: readonly Operation[], sourceName: string): Step[] {
  const isIn = facts.verdict === 'in'
  const linked =
    facts.how === undefined
      ? facts.origin === 'created'
        ? 'created by this engine'
        : 'linked before'
      : `the same by ${facts.how}`
  return [
    { name: 'EntryImport', type: 'import', status: 'success', description: `read from ${sourceName}` },
    {
      name: 'EntrySynchronizationScoping',
      type: 'scoping',
      status: isIn ? 'success' : 'skipped',
      description: isIn ? (facts.reason ?? 'in scope') : (facts.reason ?? 'out of scope'),
    },
    {
      name: 'EntryMatching',
      type: 'matching',
      status: facts.targetId === undefined ? 'skipped' : 'success',
      description: facts.targetId === undefined ? 'not at the target' : linked,
    },
    {
      name: 'EntryProcessing',
      type: 'processing',
      status: isIn ? 'success' : 'skipped',
      description: `${facts.attributes} attributes mapped`,
    },
    ...group.map(exportStep),
  ]
}

function exportStep({ action, state, reason, detail, members }: Operation): Step {
  const status = state === 'done' ? 'success' : state === 'failed' ? 'failure' : 'skipped'
  const count = members === 0 ? '' : ` (${members})`
  return { name: `EntryExport${action}`, type: 'export', status, description: `${action}${count}: ${detail ?? reason}` }
}
