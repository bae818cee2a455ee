import { z } from 'zod'

/** Settings of standard input as a source. */
export const StdinOptions = z.strictObject({
  type: z.literal('stdin'),
  format: z
    .enum(['csv', 'ndjson'])
    .optional()
    .describe('csv people or ndjson entries; without it the first character tells'),
})
export type StdinOptions = z.infer<typeof StdinOptions>
