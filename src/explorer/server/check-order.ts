import { z } from 'zod'

/** What the rules found in one sync. */
export const Checked = z.object({
  findings: z
    .array(
      z.object({
        rule: z.string(),
        /** Of a test: what it is called. */
        test: z.string().nullable(),
        /** Keys of what else it concerns. */
        others: z.array(z.string()).readonly(),
        level: z.enum(['error', 'warning', 'note']),
        name: z.string(),
        email: z.string().nullable(),
        message: z.string(),
        type: z.string(),
        id: z.string(),
      }),
    )
    .readonly(),
  rules: z.array(z.object({ id: z.string(), summary: z.string(), found: z.number() })).readonly(),
  errors: z.array(z.string()).readonly(),
})
export type Checked = z.infer<typeof Checked>

/** What the process is told, and what it answers. */
export const CheckOrder = z.object({
  file: z.object({ path: z.string(), name: z.string(), tenant: z.string(), isNamed: z.boolean() }),
  syncId: z.string(),
  tempDir: z.string(),
  now: z.string(),
  /** Files of rules and tests, as `check` takes them, below `cwd`. */
  rules: z.array(z.string()).readonly(),
  cwd: z.string(),
})
export type CheckOrder = z.infer<typeof CheckOrder>

export const CheckReply = z.union([z.object({ checked: Checked }), z.object({ failure: z.string() })])
export type CheckReply = z.infer<typeof CheckReply>
