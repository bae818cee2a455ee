import type { TenantsConfig } from '../../settings/catalog.ts'
import { openTenants, type OpenTenantsInput } from '../../settings/tenants/open-tenants.ts'
import { readShard } from '../../settings/tenants/shard.ts'
import type { TenantRun } from '../io.ts'
import type { Product } from '../product.ts'

/**
 * The tenants that a run is for, each with the settings of the run and its own in place of those of the connection; none where no file of tenants is
 * named. Nothing is sent.
 *
 * Errors: as `openTenants`.
 */
export async function tenantRuns<C extends TenantsConfig>(
  config: C,
  { tenants: settings, fields }: Pick<Product, 'tenants' | 'fields'>,
  input: Pick<OpenTenantsInput, 'env' | 'cwd' | 'files' | 'redactor'>,
): Promise<readonly TenantRun<C>[]> {
  const { tenants: path, shard: text } = config
  if (path === undefined || settings === undefined) return []
  const { env, cwd, files, redactor } = input
  const shard = text === undefined ? undefined : readShard(text)
  const opened = await openTenants({
    ...{ path, settings, fields, env, cwd, files, redactor },
    ...(shard && 'count' in shard && { shard }),
  })
  return opened.map(({ name, settings: own, reread, keyIn }) => ({
    name,
    config: Object.freeze({ ...config, ...own }),
    reread: async (field) => (field === settings.key ? reread() : undefined),
    setIn: (field) => {
      const key = { [settings.key]: keyIn, [settings.network]: 'network', [settings.url]: 'base_url' }[field]
      return key === undefined ? undefined : `${key} of the tenant ${name} in ${path}`
    },
  }))
}
