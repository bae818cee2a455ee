import { z } from 'zod'
import { readTargetUrl } from '../../target/target-url.ts'

/** Settings of a SCIM server as a source. The path is relative to the working folder. */
export const ScimSourceOptions = z.strictObject({
  type: z.literal('scim'),
  url: z
    .string()
    .superRefine((text, context) => {
      const read = readTargetUrl(text)
      if ('problem' in read) context.addIssue({ code: 'custom', message: read.problem })
    })
    .describe('base address of the SCIM server that is read'),
  tokenFile: z.string().min(1).describe('file that holds its bearer token'),
  requestsPerSecond: z.number().positive().optional().describe('rate limit of the server, where it publishes one'),
})
export type ScimSourceOptions = z.infer<typeof ScimSourceOptions>
