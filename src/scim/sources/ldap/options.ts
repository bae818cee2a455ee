import { z } from 'zod'
import { parseDn } from '../directory/dn.ts'
import { EnabledRule } from '../directory/enabled.ts'
import { filterText } from '../directory/filter-text.ts'
import { isLoopback } from '../../../sdk/http/is-loopback.ts'

const name = z
  .string()
  .refine((text) => (parseDn(text)?.length ?? 0) > 0, 'must be a name such as ou=people,dc=example,dc=com')

const Population = z.strictObject({
  base: z.union([name, z.array(name).min(1)]),
  filter: filterText.optional(),
  scope: z.enum(['one', 'sub']).default('sub'),
})

/** Settings of a live LDAP directory as a source. */
export const LdapOptions = z
  .strictObject({
    type: z.literal('ldap'),
    /** `ldaps://host[:port]`, or `ldap://host[:port]`, which is upgraded by StartTLS. */
    url: z
      .string()
      .regex(
        /^ldaps?:\/\/(\[[0-9a-f:.]+\]|[^\s:/[\]@?#]+)(:\d{1,5})?\/?$/i,
        'must be an address such as ldaps://ldap.example.com',
      ),
    bindDn: name.optional(),
    passwordFile: z.string().min(1).optional(),
    /** `none` sends everything in the clear and is for this machine only. */
    tls: z.enum(['start', 'none']).default('start'),
    users: Population,
    groups: Population.optional(),
    /** The attribute that never changes. @default what the server has: objectGUID, entryUUID or nsUniqueId */
    idAttribute: z.string().min(1).optional(),
    enabled: EnabledRule.optional(),
    /** Whether a membership that is older than the person who has the name counts. */
    inheritedMembers: z.enum(['drop', 'keep']).default('drop'),
    /** Addresses of other servers that are known to hold nobody of this source. */
    knownReferrals: z.array(z.string().min(1)).default([]),
    /** What only the reader may see; for servers that cannot say who we are. */
    canary: z.strictObject({ dn: name, attribute: z.string().min(1) }).optional(),
    pageSize: z.int().min(1).max(10_000).default(500),
  })
  .refine((options) => (options.bindDn === undefined) === (options.passwordFile === undefined), {
    message: 'bind_dn and password_file come together',
  })
  .refine(
    ({ url, tls }) =>
      tls === 'start' || url.toLowerCase().startsWith('ldaps:') || isLoopback(new URL(url).hostname.toLowerCase()),
    {
      message: 'tls: none is for addresses of this machine only; the password would travel in the clear',
    },
  )
export type LdapOptions = z.infer<typeof LdapOptions>
