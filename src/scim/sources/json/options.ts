import { z } from 'zod'

/** Settings of a JSON source. The path is relative to the working folder. */
export const JsonOptions = z.strictObject({
  type: z.literal('json'),
  file: z.string().min(1).describe('document with the lists users, groups and members, or a list of entries'),
})
export type JsonOptions = z.infer<typeof JsonOptions>
