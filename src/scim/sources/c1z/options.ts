import { z } from 'zod'

/** Settings of a snapshot as a source. The path is relative to the working folder. */
export const C1zOptions = z.strictObject({
  type: z.literal('c1z'),
  file: z.string().min(1).describe('snapshot of any Baton connector, with users and groups'),
  membership: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('slugs of the entitlements that make a member of a group; without it member, else what a group assigns'),
})
export type C1zOptions = z.infer<typeof C1zOptions>
