import { z } from 'zod'
import { Ref, SyncInfo, Way } from './answers.ts'

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()
const page = { total: z.number(), offset: z.number() }
const text = z.string().nullable()

/** A sync that changes can be looked at from or to. */
export const Moment = z.object({
  file: z.string(),
  sync: z.string(),
  endedAt: z.string(),
  /** Network that was read, where the file says so. */
  source: text,
})
export type Moment = z.infer<typeof Moment>

/** All full syncs of the files, the oldest first. */
export const Moments = z.object({ moments: list(Moment), unread: list(z.string()) })
export type Moments = z.infer<typeof Moments>

/** How a network grew: full syncs of it in all files, the oldest first. */
export const Growth = z.object({
  sync: SyncInfo,
  points: list(Moment.extend({ resources: z.record(z.string(), z.number()), grants: z.number() })),
})
export type Growth = z.infer<typeof Growth>

export const ChangeKind = z.enum(['added', 'removed', 'changed', 'expired'])

export const ChangeRow = z.object({
  change: ChangeKind,
  what: z.string(),
  /** Who or what changed, and of a grant what it is on; `null` where neither sync holds it. */
  subject: Ref.nullable(),
  on: Ref.nullable(),
  name: z.string(),
  entitlement: text,
  field: text,
  old: text,
  new: text,
  newAccess: z.boolean(),
  admin: z.boolean(),
  /** Whether it touches a crown jewel, or what opens one. */
  jewel: z.boolean(),
  /** The sync at which the object is to be looked at: the later one, or the earlier one for what is gone. */
  at: z.enum(['before', 'after']),
})
export type ChangeRow = z.infer<typeof ChangeRow>

export const Changes = z.object({
  sync: SyncInfo,
  before: SyncInfo,
  counts: z.record(ChangeKind, z.number()),
  ...page,
  rows: list(ChangeRow),
})
export type Changes = z.infer<typeof Changes>

export const FindingRow = z.object({
  rule: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  /** Of a test: what it is called. */
  test: text,
  about: Ref,
  /** The way from the principal of the finding to the other resource that it concerns; `null` if there is none. */
  way: Way.nullable(),
})
export type FindingRow = z.infer<typeof FindingRow>

export const Findings = z.object({
  sync: SyncInfo,
  /** Files of rules beside the built-in ones. */
  files: list(z.string()),
  levels: z.object({ error: z.number(), warning: z.number(), note: z.number() }),
  rules: list(z.object({ id: z.string(), summary: z.string(), found: z.number() })),
  /** Rules that could not be run, and why. */
  errors: list(z.string()),
  ...page,
  rows: list(FindingRow),
})
export type Findings = z.infer<typeof Findings>

export const Verdict = z.enum(['keep', 'revoke'])

/** A decision as it is kept. */
export const StoredDecision = z.object({
  entitlementId: z.string(),
  principalKey: z.string(),
  verdict: Verdict,
  reviewer: z.string(),
  note: z.string(),
  at: z.string(),
  /** The sync that the reviewer saw. */
  syncId: z.string(),
  /** As they were called then. */
  principalName: z.string(),
  resourceKey: z.string(),
  resourceName: z.string(),
})
export type StoredDecision = z.infer<typeof StoredDecision>

/** What a reviewer decided of one grant. */
export const Decision = StoredDecision.extend({
  /** Why `apply` cannot carry it out; `null` where it can, and where the grant stays. */
  byHand: text,
  /** Whether the shown sync still holds the grant. */
  isThere: z.boolean(),
})
export type Decision = z.infer<typeof Decision>

export const Review = z.object({
  sync: SyncInfo,
  counts: z.object({ keep: z.number(), revoke: z.number() }),
  ...page,
  rows: list(Decision),
})
export type Review = z.infer<typeof Review>

const when = z.string().nullable()

/** What a daemon last told of itself, or of one of its tenants. */
export const Daemon = z.object({
  tenant: text,
  running: z.boolean(),
  because: text,
  mode: text,
  connection: text,
  since: when,
  ready: z.boolean(),
  notReadyBecause: text,
  updatedAt: when,
  nextAt: when,
  tasks: list(
    z.object({
      id: z.string(),
      kind: z.string(),
      since: z.string(),
      phase: text,
      done: z.number(),
      total: z.number().nullable(),
      waitingUntil: when,
    }),
  ),
  lastSync: z
    .object({
      finishedAt: z.string(),
      durationMs: z.number(),
      resources: z.number(),
      grants: z.number(),
      bytes: z.number(),
    })
    .nullable(),
  errors: list(z.object({ at: z.string(), where: z.string(), message: z.string() })),
  undelivered: z.number(),
})
export type Daemon = z.infer<typeof Daemon>

export const Runs = z.object({
  now: z.string(),
  /** One, or one for each of several tenants; empty where no state directory was given. */
  daemons: list(Daemon),
  /** Absent where no state of scim was given. */
  scim: z
    .object({
      /** Why nothing can be shown. */
      missing: text,
      code: text,
      running: z.boolean(),
      source: text,
      target: text,
      pausedSince: when,
      progress: z
        .object({ phase: z.string(), done: z.number(), total: z.number().nullable(), leftMs: z.number().nullable() })
        .nullable(),
      quarantine: z.object({ reason: z.string(), detail: z.string(), nextAttempt: z.string() }).nullable(),
      escrowed: z.number(),
      linked: z.number(),
      staged: z.number(),
      cycles: list(
        z.object({
          id: z.number(),
          kind: z.string(),
          state: z.string(),
          began: z.string(),
          ended: when,
          detail: text,
          said: text,
        }),
      ),
      log: list(
        z.object({
          id: z.number(),
          at: z.string(),
          kind: z.string(),
          action: z.string(),
          status: z.string(),
          name: z.string(),
          reason: text,
          steps: list(z.object({ name: z.string(), type: z.string(), status: z.string(), description: z.string() })),
        }),
      ),
    })
    .optional(),
})
export type Runs = z.infer<typeof Runs>
