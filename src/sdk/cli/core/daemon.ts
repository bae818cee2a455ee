import type { ServeConfig } from '../../settings/catalog.ts'
import type { SourceCall, TenantsCall, Work } from './core-command.ts'

/** What is done in place of a sync where the settings ask for a program that keeps running. It has no words of its own, and reads what `sync` reads. */
export const daemon: Work = {
  run: async (call) => (await import('../commands/serve.ts')).serveOne(call as SourceCall<ServeConfig>),
  ofTenants: async (call) =>
    (await import('../tenants/serve-tenants.ts')).serveTenants(call as TenantsCall<ServeConfig, ServeConfig>),
}

/** Whether the settings ask for that. Subcommands read no such settings. */
export const isDaemon = (config: object): boolean =>
  ('client-id' in config && config['client-id'] !== undefined) ||
  ('interval' in config && config.interval !== undefined)
