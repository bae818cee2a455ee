import { z } from 'zod'
import * as answers from './answers.ts'
import * as work from './answers-work.ts'

const key = z.string().min(1).max(2_000).describe('type:id of a resource')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

/** Which sync a question is about; without, the one that readers show of the first file. */
export const Where = z.object({
  file: z.string().max(4_000).optional().describe('name of the file, see /api/session'),
  sync: z.string().max(100).optional().describe('id of a finished sync, see /api/overview'),
})

const part = {
  q: z.string().max(200).optional().describe('words that a name, an address or an id contains'),
  offset: whole(0, 1_000_000_000).default(0),
  limit: whole(1, 500).default(50),
}

/** What takes a decision back. */
export const Undecided = Where.extend({ entitlementId: z.string(), principalKey: z.string() })

/** What the page sends. */
export const NewDecision = z.object({
  entitlementId: z.string().min(1).max(2_000),
  principalKey: z.string().min(1).max(2_000),
  verdict: work.Verdict,
  reviewer: z.string().trim().min(1).max(200),
  note: z.string().max(2_000).default(''),
})
export type NewDecision = z.infer<typeof NewDecision>

/** Tables of what runs. */
export const RunTable = z.object({ table: z.enum(['errors', 'cycles', 'log']) })

/** Every question that the server answers, for the routes and for the OpenAPI document. */
export const ENDPOINTS = {
  session: { summary: 'files that can be shown', query: z.object({}), answer: answers.Session },
  overview: { summary: 'what a sync holds, and all syncs of the file', query: Where, answer: answers.Overview },
  totals: { summary: 'people by status, administrators, access that ends', query: Where, answer: answers.Totals },
  search: {
    summary: 'the best hits of all names, addresses and ids',
    query: Where.extend({ q: z.string().max(200), limit: whole(1, 100).default(12) }),
    answer: answers.Search,
  },
  things: {
    summary: 'resources of one kind or type, by name',
    query: Where.extend({
      ...part,
      kind: answers.Ref.shape.kind.optional(),
      type: z.string().max(200).optional(),
      status: z.enum(['enabled', 'disabled', 'deleted']).optional(),
    }),
    answer: answers.Things,
  },
  thing: { summary: 'everything about one resource', query: Where.extend({ key }), answer: answers.Thing },
  access: { summary: 'what one principal holds', query: Where.extend({ ...part, key }), answer: answers.HeldPage },
  holders: {
    summary: 'who holds something of a resource, people first',
    query: Where.extend({ ...part, key, entitlement: z.string().max(2_000).optional() }),
    answer: answers.HeldPage,
  },
  shared: {
    summary: 'what several people reach, or who reaches several resources',
    query: Where.extend({
      ...part,
      keys: z
        .string()
        .min(1)
        .max(8_000)
        .describe('keys, with commas; %2C and %25 in a key are a comma and a percent sign'),
    }),
    answer: answers.Shared,
  },
  graph: {
    summary: 'the ways to a resource or from a principal, what is alike put together',
    query: Where.extend({
      key,
      side: z.enum(['holders', 'access']),
      open: z.string().max(20_000).default('').describe('ids of clusters to open, with commas'),
    }),
    answer: answers.Graph,
  },
  history: {
    summary: 'what happened to one resource over the syncs of its network in all files',
    query: Where.extend({ key }),
    answer: answers.History,
  },
  moments: { summary: 'full syncs of all files, the oldest first', query: z.object({}), answer: work.Moments },
  growth: { summary: 'what the syncs of one network hold, in all files', query: Where, answer: work.Growth },
  changes: {
    summary: 'what differs from an earlier sync, crown jewels first, then administrators',
    query: Where.extend({
      ...part,
      beforeFile: Where.shape.file.describe('file of the earlier sync; the same file unless given'),
      beforeSync: z.string().max(100).describe('id of the earlier sync'),
      change: work.ChangeKind.optional(),
      only: z.enum(['admins']).optional(),
    }),
    answer: work.Changes,
  },
  findings: {
    summary: 'what the built-in rules of check find, the worst first',
    query: Where.extend({
      ...part,
      level: work.FindingRow.shape.level.optional(),
      rule: z.string().max(100).optional(),
    }),
    answer: work.Findings,
  },
  review: { summary: 'decisions of reviewers, the newest first', query: Where.extend(part), answer: work.Review },
  runs: {
    summary: 'what the daemon and the engine of scim tell of themselves',
    query: z.object({ failed: z.enum(['yes']).optional().describe('of the log only what failed') }),
    answer: work.Runs,
  },
} as const
