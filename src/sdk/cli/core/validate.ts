import { commonSettings, TENANT_SETTINGS } from '../help-groups.ts'
import type { Product } from '../product.ts'
import { VALIDATE_SETTINGS } from '../../settings/catalog.ts'
import type { SourceCommand } from './core-command.ts'

export const validateCommand = (product: Product): SourceCommand => ({
  name: 'validate',
  summary: 'try the endpoint and the key without syncing',
  heading: 'Sync',
  common: [...TENANT_SETTINGS, ...commonSettings(product)],
  reads: VALIDATE_SETTINGS,
  run: async (call) => (await import('../commands/validate.ts')).validate(call),
  ofTenants: async (call) => (await import('../tenants/run-tenants.ts')).validateTenants(call),
})
