import { z } from 'zod'

const text = z.string()
const count = z.number().int().nonnegative()
const immutability = z.strictObject({ sourceId: text.optional(), metadata: z.record(text, z.unknown()).optional() })

const sync = z.strictObject({ id: text, type: text, startedAt: text, endedAt: text, parent: text, token: text })

const resourceType = z.strictObject({
  id: text,
  displayName: text,
  description: text.optional(),
  traits: z.array(text),
  skipEntitlementsAndGrants: z.literal(true).optional(),
})

const resource = z.strictObject({
  type: text,
  id: text,
  displayName: text,
  description: text.optional(),
  parent: text.optional(),
  traits: z.array(text).optional(),
  status: text.optional(),
  statusDetails: text.optional(),
  emails: z.array(text).optional(),
  primaryEmail: text.optional(),
  login: text.optional(),
  accountType: text.optional(),
  profile: z.record(text, z.unknown()).optional(),
  createdAt: text.optional(),
  groupSourceType: text.optional(),
  rawGroupSourceType: text.optional(),
  identity: text.optional(),
  expiresAt: text.optional(),
  serial: text.optional(),
  deviceType: text.optional(),
  os: text.optional(),
})

const entitlement = z.strictObject({
  id: text,
  resource: text,
  displayName: text,
  description: text.optional(),
  slug: text,
  purpose: text,
  grantableTo: z.array(text).optional(),
  immutable: immutability.optional(),
})

const grant = z.strictObject({
  id: text,
  entitlement: text,
  principal: text,
  immutable: immutability.optional(),
  metadata: z.record(text, z.unknown()).optional(),
  sources: z.record(text, z.boolean()).optional(),
})

const rows = z.strictObject({
  resourceTypes: z.array(resourceType),
  resources: z.array(resource),
  entitlements: z.array(entitlement),
  grants: z.array(grant),
})

const stats = z.strictObject({
  resourceTypes: count,
  resources: count,
  entitlements: count,
  grants: count,
  resourcesByType: z.record(text, count),
  entitlementsByType: z.record(text, count),
  grantsByType: z.record(text, count),
})

const difference = z.strictObject({ missing: z.array(text), extra: z.array(text), changed: z.array(text) })
const copied = z.strictObject({ syncId: text, bytes: count, difference })
const diffed = z.strictObject({
  base: text,
  applied: text,
  syncId: text,
  resources: count,
  entitlements: count,
  grants: count,
})

/** What `judge` prints; the fields are explained in `test/conformance/cmd/judge/`. References are `<type>:<id>`, enums their proto names. */
export const verdictSchema = z.strictObject({
  engine: text,
  format: text,
  syncId: text,
  syncs: z.array(sync),
  ...rows.shape,
  stats: stats.nullable(),
  mismatches: z.array(text),
  deep: z.strictObject({ clone: copied, pebble: copied.nullable(), diff: diffed.nullable() }).optional(),
})
export type Verdict = z.infer<typeof verdictSchema>

/** What `resume` prints; the fields are explained in `test/conformance/cmd/resume/`. */
export const resumeOutcomeSchema = z.strictObject({
  before: z.array(sync),
  after: z.array(sync),
  finishedSyncId: text,
  sameSync: z.boolean(),
  sealedPart: z.boolean(),
  difference,
  rows,
})
export type ResumeOutcome = z.infer<typeof resumeOutcomeSchema>

/** What `expand` prints; the fields are explained in `test/conformance/cmd/expand/`. */
export const expandOutcomeSchema = z.strictObject({ engine: z.enum(['sqlite', 'pebble']), syncId: text })
export type ExpandOutcome = z.infer<typeof expandOutcomeSchema>

/** What `writebench` prints. Times are seconds, sizes bytes; `cpuSeconds` is user plus system time. */
export const writeFiguresSchema = z.strictObject({
  engine: z.enum(['sqlite', 'pebble']),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  maxRssBytes: count,
  fileBytes: count,
  users: count,
  groups: count,
  grants: count,
})
export type WriteFigures = z.infer<typeof writeFiguresSchema>
