import { z } from 'zod'

const file = z.string().min(1)

/** Settings of a csv source. Paths are relative to the working folder. */
export const CsvOptions = z
  .strictObject({
    type: z.literal('csv'),
    people: file.describe('file with the columns externalId, userName, givenName, familyName, email, active'),
    groups: file.optional().describe('file with the columns externalId, displayName'),
    members: file.optional().describe('file with the columns group, member: external ids of both'),
  })
  .refine(({ groups, members }) => (groups === undefined) === (members === undefined), {
    error: 'groups and members come together: name both files or none',
  })
export type CsvOptions = z.infer<typeof CsvOptions>
