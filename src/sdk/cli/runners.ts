import { ConnectorError } from '../ground/errors.ts'
import type { ServeAmbient } from './commands/serve.ts'
import type { Product } from './product.ts'
import type { Runners } from './program.ts'

/** The real runners. Each is loaded when it is needed, so that the first request of a run does not wait for the others. */
export const runnersOf = (
  product: Product,
  ambient: ServeAmbient & { readonly isAlive: (pid: number) => boolean },
): Runners => ({
  sync: async (config, io) => (await import('./commands/sync.ts')).createSyncCommand(product, ambient)(config, io),
  validate: async (config, io) =>
    (await import('./commands/validate.ts')).createValidateCommand(product, ambient)(config, io),
  syncTenants: async (tenants, config, io) =>
    (await import('./tenants/run-tenants.ts')).createTenantsCommand(product, ambient, 'sync')(tenants, config, io),
  validateTenants: async (tenants, config, io) =>
    (await import('./tenants/run-tenants.ts')).createTenantsCommand(product, ambient, 'validate')(tenants, config, io),
  change: async (config, io, invocation) => {
    if (!product.changes)
      throw new ConnectorError('unimplemented', 'change', 'this program makes changes in service mode only')
    return (await product.changes.run(ambient))(config, io, invocation)
  },
  serve: async (config, io) => (await import('./commands/serve.ts')).createServeCommand(product, ambient)(config, io),
  serveTenants: async (tenants, config, io) =>
    (await import('./tenants/serve-tenants.ts')).createServeTenants(product, ambient)(tenants, config, io),
  status: async (config, io, invocation) =>
    (await import('./commands/status.ts')).createStatusCommand({ ...ambient, now: () => ambient.clock.now() })(
      config,
      io,
      invocation,
    ),
  healthCheck: async (config, io, invocation) =>
    (await import('./commands/health-check.ts')).runHealthCheck(config, io, invocation),
})
