import { z } from 'zod'

/** Settings of an ndjson source. The path is relative to the working folder. */
export const NdjsonOptions = z.strictObject({
  type: z.literal('ndjson'),
  file: z.string().min(1).describe('file with one JSON object a line, each with its kind: user, group or member'),
})
export type NdjsonOptions = z.infer<typeof NdjsonOptions>
