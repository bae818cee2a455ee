import { commonSettings, SYNC_SETTINGS, TENANT_SETTINGS } from '../help-groups.ts'
import type { Product } from '../product.ts'
import { ALL_SETTINGS } from '../../settings/catalog.ts'
import { serviceRules } from '../../settings/rules.ts'
import type { SourceCommand } from './core-command.ts'

/** What few need to set. */
const RARE = ['workers', 'one-listing-a-request', 'c1z-temp-dir', 'storage-engine']

/** Does what the program does without a command. */
export const syncCommand = (product: Product): SourceCommand => ({
  name: 'sync',
  summary: 'read the network into the snapshot file; the same without a command',
  heading: 'Sync',
  settings: SYNC_SETTINGS.filter((name) => !RARE.includes(name)),
  common: [...RARE, ...TENANT_SETTINGS, ...commonSettings(product)],
  examples: `A schedule, a platform: --interval, --client-id in ${product.program} --help.`,
  reads: ALL_SETTINGS,
  rules: serviceRules,
  run: async (call) => (await import('../commands/sync.ts')).sync(call),
  ofTenants: async (call) => (await import('../tenants/run-tenants.ts')).syncTenants(call),
})
