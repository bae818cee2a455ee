import { z } from 'zod'
import { parseDn } from '../directory/dn.ts'
import { EnabledRule } from '../directory/enabled.ts'
import { filterText } from '../directory/filter-text.ts'

const base = z
  .string()
  .refine((text) => (parseDn(text)?.length ?? 0) > 0, 'must be a name such as ou=people,dc=example,dc=com')

const Population = z.strictObject({
  /** Only entries at or below this name. @default the whole file */
  base: base.optional(),
  filter: filterText.optional(),
})

/** Settings of an LDIF file as a source. */
export const LdifOptions = z.strictObject({
  type: z.literal('ldif'),
  file: z.string().min(1).describe('content records of a directory, as slapcat or ldapsearch -LLL write them'),
  users: Population.default({}),
  groups: Population.default({}),
  idAttribute: z
    .string()
    .min(1)
    .optional()
    .describe(
      'attribute that is unique and never changes, where entryUUID, objectGUID and nsUniqueId are not in the file',
    ),
  enabled: EnabledRule.optional(),
  inheritedMembers: z.enum(['drop', 'keep']).default('drop'),
})
export type LdifOptions = z.infer<typeof LdifOptions>
