import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { TargetProfile } from '../target/profile.ts'
import type { Kind, TargetValue } from '../model.ts'
import type { Operation, Operations } from '../state/operations.ts'
import { memberLists } from './member-lists.ts'
import type { Hidden } from './policy.ts'

const Value = z.union([z.string(), z.boolean()])

/** One operation of a plan, as files and programs get it. Keys are a public format: they are added to, never changed. */
export const PlanOperation = z.object({
  action: z.enum(['create', 'update', 'enable', 'disable', 'delete', 'add-members', 'remove-members']),
  kind: z.enum(['user', 'group']),
  /** What people call it. */
  name: z.string(),
  /** Of the source. */
  sourceId: z.string(),
  /** Of the target; absent for what is to be created. */
  targetId: z.string().optional(),
  reason: z.string(),
  /** `held` waits for a complete read, `staged` for `scim allow-deletes`. */
  state: z.enum(['planned', 'held', 'staged']),
  /** A value that must not be shown is `[hidden]`. */
  changes: z.array(z.object({ path: z.string(), before: Value.optional(), after: Value.optional() })),
  /** Ids of the source, sorted; `target:` and the target's id for who has none. */
  members: z.array(z.string()).optional(),
})
export type PlanOperation = z.infer<typeof PlanOperation>

/** What a plan does in all, and what it costs. */
export const PlanSummary = z.object({
  create: z.int(),
  update: z.int(),
  enable: z.int(),
  disable: z.int(),
  delete: z.int(),
  addMembers: z.int(),
  removeMembers: z.int(),
  staged: z.int(),
  held: z.int(),
  conflicts: z.int(),
  unresolvedMembers: z.int(),
  /** Objects of the source that are not provisioned, by reason. */
  skipped: z.record(z.string(), z.int()),
  /** Reads that look at the result included. */
  requests: z.int(),
  seconds: z.number(),
  sourceComplete: z.boolean(),
  targetComplete: z.boolean(),
})
export type PlanSummary = z.infer<typeof PlanSummary>

/** The whole plan, as `scim plan --output json` prints it. */
export const PlanDocument = z.object({
  version: z.literal(1),
  target: z.string(),
  source: z.string(),
  summary: PlanSummary,
  /** Sentences: what was not read, what waits and why, what was ignored. */
  notes: z.array(z.string()),
  conflicts: z.array(
    z.object({ kind: z.enum(['user', 'group']), name: z.string(), code: z.string(), detail: z.string() }),
  ),
  operations: z.array(PlanOperation),
})
export type PlanDocument = z.infer<typeof PlanDocument>

export const HIDDEN = '[hidden]'

/** An operation whose changes and members are read when they are asked for: there may be a million of them. */
export interface PlanStep extends Omit<PlanOperation, 'changes' | 'members'> {
  readonly changes: () => PlanOperation['changes']
  readonly memberCount: number
  /** As `PlanOperation` has them, as JSON. */
  readonly members: () => string
}

export const memberIds = ({ members }: PlanStep): readonly string[] => JSON.parse(members()) as string[]

/** The operation as files and programs get it, as JSON. */
export function operationJson({ changes, members, memberCount, ...rest }: PlanStep): string {
  const text = JSON.stringify({ ...rest, changes: changes() })
  return memberCount > 0 ? `${text.slice(0, -1)},"members":${members()}}` : text
}

/** Gives the operations of a plan one at a time. */
export function* planSteps(database: DatabaseSync, operations: Operations, hidden: Hidden): Generator<PlanStep> {
  const members = memberLists(database)
  for (const operation of operations.all()) {
    const { action, kind, name, reason, state, sourceId, targetId } = operation
    yield {
      ...{ action, kind, name, reason },
      state: state === 'held' || state === 'staged' ? state : 'planned',
      sourceId: String(sourceId),
      ...(targetId !== undefined && { targetId }),
      changes: () =>
        action === 'add-members' || action === 'remove-members' ? [] : shownChanges(operation, hidden[kind]),
      memberCount: operation.members,
      members: () => members(operation),
    }
  }
}

const shownChanges = ({ changes }: Operation, hidden: ReadonlySet<string>): PlanOperation['changes'] =>
  changes.map(({ path, before, after }) => {
    const shown = (value: TargetValue): TargetValue => (hidden.has(path) ? HIDDEN : value)
    return {
      path,
      ...(before !== undefined && { before: shown(before) }),
      ...(after !== undefined && { after: shown(after) }),
    }
  })

/** Conflicts of a plan, for people. */
export const planConflicts = (database: DatabaseSync): PlanDocument['conflicts'] =>
  database
    .prepare(
      'select d.kind, d.label, c.code, c.detail from temp.conflict c join desired d on d.key = c.key order by d.key',
    )
    .all()
    .map(({ kind, label, code, detail }) => ({
      kind: kind as Kind,
      name: String(label),
      code: String(code),
      detail: String(detail),
    }))

/** What is taken for the limit of a server that publishes none. */
const USUAL_RATE = 25

/** Requests that carrying out a plan takes, and the seconds that the rate limit makes of them. */
export function costOf(
  database: DatabaseSync,
  { pageSize, membersPerRequest, requestsPerSecond = USUAL_RATE }: TargetProfile,
): { readonly requests: number; readonly seconds: number } {
  const one = (sql: string): number => Number(database.prepare(sql).get()?.['n'] ?? 0)
  const planned = "operation where state = 'planned'"
  let requests = one(`select count(*) as n from ${planned} and members = 0`)
  requests += one(
    `select sum((members + ${membersPerRequest - 1}) / ${membersPerRequest}) as n from ${planned} and members > 0`,
  )
  for (const kind of ['user', 'group'] as const)
    for (const deletes of ['action = ', 'action <> ']) {
      const written = one(
        `select count(distinct source_key) as n from ${planned} and kind = '${kind}' and ${deletes} 'delete'`,
      )
      const there = one(`select count(*) as n from target_object where kind = '${kind}' and attributes is not null`)
      requests += Math.min(written, Math.max(1, Math.ceil((there + written) / pageSize)))
    }
  return { requests, seconds: Math.round((requests / requestsPerSecond) * 10) / 10 }
}
