import { z } from 'zod'

const time = z.iso.datetime()
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()

/** A resource of a snapshot as a link shows it. */
export const Ref = z.object({
  /** `type:id` */
  key: z.string(),
  name: z.string(),
  type: z.string(),
  kind: z.enum(['user', 'group', 'role', 'other']),
  email: z.string().nullable(),
  status: z.enum(['enabled', 'disabled', 'deleted']).nullable(),
})
export type Ref = z.infer<typeof Ref>

/** The sync that an answer is from. */
export const SyncInfo = z.object({
  file: z.string(),
  id: z.string(),
  type: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
})
export type SyncInfo = z.infer<typeof SyncInfo>

export const FileInfo = z.object({ name: z.string(), bytes: z.number(), modifiedAt: time })
export type FileInfo = z.infer<typeof FileInfo>

export const Session = z.object({
  version: z.string(),
  /** Goes into the header `x-explorer-csrf` of what writes. */
  csrf: z.string(),
  files: list(FileInfo),
  /** Why there is no file to show. */
  noFile: z.string().optional(),
  runs: z.boolean(),
})
export type Session = z.infer<typeof Session>

export const SyncCount = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(['shown', 'hidden', 'unfinished']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Rows by resource type. */
  resources: z.record(z.string(), z.number()),
  grants: z.number(),
})
export type SyncCount = z.infer<typeof SyncCount>

export const Overview = z.object({
  sync: SyncInfo,
  file: FileInfo,
  /** What is hidden, or may be missing. */
  notes: list(z.string()),
  counts: list(
    z.object({ type: z.string(), name: z.string(), kind: Ref.shape.kind, count: z.number(), isSecret: z.boolean() }),
  ),
  grants: z.number(),
  syncs: list(SyncCount),
})
export type Overview = z.infer<typeof Overview>

/** What has to be worked out from all rows. */
export const Totals = z.object({
  sync: SyncInfo,
  people: z.object({ enabled: z.number(), disabled: z.number(), unknown: z.number() }),
  admins: z.object({ total: z.number(), people: list(Ref) }),
  grants: z.object({
    standing: z.number(),
    expiring: z.number(),
    /** Of those that end, how many within 30 days after the sync, and before it. */
    soon: z.number(),
    over: z.number(),
  }),
  expansion: z.enum(['expanded', 'not expanded', 'nothing to expand']),
})
export type Totals = z.infer<typeof Totals>

const page = { total: z.number(), offset: z.number() }

export const Search = z.object({ sync: SyncInfo, total: z.number(), hits: list(Ref) })
export type Search = z.infer<typeof Search>

export const Things = z.object({ sync: SyncInfo, ...page, rows: list(Ref) })
export type Things = z.infer<typeof Things>

export const Entitlement = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  /** Rows of the file, without what follows from others. */
  grants: z.number(),
})
export type Entitlement = z.infer<typeof Entitlement>

export const Thing = z.object({
  sync: SyncInfo,
  ref: Ref,
  facts: list(z.object({ name: z.string(), value: z.string() })),
  parent: Ref.nullable(),
  children: z.object({ total: z.number(), rows: list(Ref) }),
  entitlements: list(Entitlement),
})
export type Thing = z.infer<typeof Thing>

export const Step = z.object({ on: Ref, entitlementId: z.string(), slug: z.string(), isUsual: z.boolean() })
export type Step = z.infer<typeof Step>

export const Way = z.object({
  /** From what is held directly to what is reached. */
  steps: list(Step),
  until: time.nullable(),
  /** Since when every grant on the way is in the syncs at hand; `isOldest` where there is no older one to look into. */
  since: z.object({ at: z.string(), isOldest: z.boolean() }).nullable(),
})
export type Way = z.infer<typeof Way>

/** One principal and one entitlement. */
export const Held = z.object({
  principal: Ref,
  on: Ref,
  entitlement: z.string(),
  entitlementId: z.string(),
  how: z.enum(['direct', 'inherited', 'direct and inherited']),
  until: time.nullable(),
  ways: list(Way),
  inFile: z.boolean(),
  /** What the connector says of the grant, and what it says of the route. */
  conditions: list(z.string()),
})
export type Held = z.infer<typeof Held>

export const HeldPage = z.object({ sync: SyncInfo, ...page, people: z.number(), rows: list(Held) })
export type HeldPage = z.infer<typeof HeldPage>

/** What several resources or people share. */
export const Shared = z.object({
  sync: SyncInfo,
  of: list(Ref),
  ...page,
  rows: list(z.object({ ref: Ref, has: list(z.boolean()) })),
})
export type Shared = z.infer<typeof Shared>

export const GraphNode = z.object({
  id: z.string(),
  label: z.string(),
  kind: z.enum(['user', 'group', 'role', 'other', 'cluster']),
  /** From the left. */
  column: z.number(),
  /** How many stand together; 1 for a node by itself. */
  count: z.number(),
  ref: Ref.nullable(),
})
export const Graph = z.object({
  sync: SyncInfo,
  /** Connections before what is alike was put together. */
  total: z.number(),
  nodes: list(GraphNode),
  edges: list(z.object({ from: z.string(), to: z.string(), count: z.number(), ends: z.boolean() })),
})
export type Graph = z.infer<typeof Graph>

export const History = z.object({
  sync: SyncInfo,
  events: list(
    z.object({
      at: z.string(),
      file: z.string(),
      syncId: z.string(),
      what: z.string(),
      old: z.string().nullable(),
      new: z.string().nullable(),
    }),
  ),
  syncs: z.number(),
})
export type History = z.infer<typeof History>

export const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
export type Failure = z.infer<typeof Failure>
