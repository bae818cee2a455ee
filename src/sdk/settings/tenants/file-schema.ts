import { z } from 'zod'
import { maySay } from '../../text/refused-word.ts'
import { didYouMean } from '../../text/suggest.ts'

const missingOr =
  (what: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is missing' : `must be ${what}`

const text = z.string({ error: missingOr('a text; put it in quotes') }).min(1, 'must not be empty')
/** What a tenant may be called. */
export const TENANT_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/

const path = text.describe('Path, relative to this file')

const tenant = z
  .strictObject(
    {
      name: text
        .regex(TENANT_NAME, 'must be letters, digits, dots and dashes, 63 at most')
        .describe('What the tenant is called in output, log and status'),
      network: text.describe('Name of the network, its host, or the address of the admin console'),
      key_file: path.optional().describe('File that holds the API key; the key itself never stands here'),
      key_env: text
        .regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable')
        .optional()
        .describe('Variable that holds the API key, in place of key_file'),
      file: path.describe('Snapshot file of this tenant alone; its folder must exist. Relative to this file'),
      base_url: text.optional().describe('Ask this address instead of the network itself'),
    },
    { error: refusal },
  )
  .refine((given) => (given.key_file === undefined) !== (given.key_env === undefined), {
    error: 'needs key_file or key_env, one of them',
  })
  .meta({ oneOf: [{ required: ['key_file'] }, { required: ['key_env'] }] })

/** A file of tenants, as `--tenants` takes it. */
export const TENANTS_FILE = z.strictObject(
  {
    $schema: z.string().optional(),
    tenants: z
      .array(tenant, { error: missingOr('a list') })
      .min(1, 'must hold a tenant')
      .max(10_000, 'must hold 10,000 tenants at most'),
  },
  { error: refusal },
)

/** One tenant of the file. */
export type TenantEntry = z.infer<typeof tenant>

/** Names are repeated where they are slips of settings, values never: a key may stand where it does not belong. */
function refusal(issue: { readonly code?: string; readonly keys?: readonly string[] }): string {
  if (issue.code !== 'unrecognized_keys') return 'must be "name: value" lines'
  const keys = issue.keys ?? []
  return keys.some((key) => /^(api[-_]?)?key$/i.test(key))
    ? 'must not hold the key itself; name its file with key_file, or its variable with key_env'
    : `has ${keys.length === 1 ? 'a setting' : 'settings'} that this file does not know${namesOf(keys)}`
}

const SETTINGS = ['tenants', 'name', 'network', 'key_file', 'key_env', 'file', 'base_url']

/** `: netwrk; did you mean network?`, as far as the names may be said. */
function namesOf(keys: readonly string[]): string {
  const said = keys.filter((key) => maySay(key, SETTINGS))
  return said.length === 0 ? '' : `: ${said.join(', ')}${didYouMean(said[0] ?? '', SETTINGS)}`
}

/** The schema of a file of tenants, for editors. `program` is what reads it. */
export const tenantsSchemaJson = (program: string): string =>
  `${JSON.stringify({ title: `Tenants of ${program}`, ...z.toJSONSchema(TENANTS_FILE) }, undefined, 2)}\n`
