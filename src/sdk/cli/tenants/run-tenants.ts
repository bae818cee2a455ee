import { ConnectorError } from '../../ground/errors.ts'
import type { RunConfig, TenantsConfig } from '../../settings/catalog.ts'
import { errorText } from '../../text/error-text.ts'
import type { Ambient } from '../ambient.ts'
import { type SyncIo, syncOnce } from '../commands/sync.ts'
import { validateOnce } from '../commands/validate.ts'
import type { TenantsCall } from '../core/core-command.ts'
import type { Io, TenantRun } from '../io.ts'
import type { Product } from '../product.ts'
import { eachTenant } from './each-tenant.ts'
import { createTenantBoard, tenantIo } from './tenant-io.ts'
import { exitCodeOfAll } from './tenant-outcome.ts'
import { SYNCED, type Telling, tenantsJson, tenantsTable, VALID } from './tenants-summary.ts'

/** What is done for one tenant, and how it is told. */
interface Task<T> {
  readonly once: (product: Product, ambient: Ambient, config: RunConfig, io: SyncIo) => Promise<T>
  readonly telling: Telling<T>
}

/** Syncs each tenant into its own file, or tries its key, and prints one summary. The exit code is that of the worst, see `exitCodeOfAll`. */
export const syncTenants = (call: TenantsCall): Promise<number> => carryOut({ once: syncOnce, telling: SYNCED }, call)

/** The same for `validate`. */
export const validateTenants = (call: TenantsCall): Promise<number> =>
  carryOut({ once: validateOnce, telling: VALID }, call)

async function carryOut<T>(
  { once, telling }: Task<T>,
  { product, ambient, tenants, config, io }: TenantsCall,
): Promise<number> {
  const board = createTenantBoard(io.status, tenants.length)
  const outcomes = await eachTenant(tenants, config['tenants-at-once'], ambient.signal, async (tenant) => {
    const { reread, setIn } = tenant
    const own = { ...tenantIo(io, tenant.name, board.lineOf(tenant.name)), reread, setIn }
    try {
      return await once(product, ambient, tenant.config, own)
    } catch (error) {
      tellFailure(error, tenant, own, config)
      throw error
    } finally {
      board.done(tenant.name)
    }
  })
  io.status.set('')
  io.stdout.write(
    config.output === 'json' ? tenantsJson(outcomes, telling) : tenantsTable(outcomes, telling, ambient.style),
  )
  return exitCodeOfAll(outcomes)
}

/** At once, as the others may take long; and in a log elsewhere, which must not end as if all were well. */
function tellFailure(
  error: unknown,
  { name }: TenantRun,
  own: Pick<Io, 'stderr' | 'log'>,
  config: TenantsConfig,
): void {
  const failure = ConnectorError.from(error, name)
  own.stderr.write(`${errorText(failure, config['log-level'] === 'debug')}\n`)
  if (config['log-path'].length > 0) own.log.error('run failed', { error: failure })
}
