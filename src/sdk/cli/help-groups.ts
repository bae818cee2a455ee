import type { FieldGroup } from './command-shape.ts'
import type { Product } from './product.ts'

const REQUESTS = ['http-timeout-seconds', 'config']
const OUTPUT = ['output', 'log-level', 'log-format', 'log-path']

type Named = Pick<Product, 'connection'>

const connectionOf = ({ connection }: Named): readonly string[] => [...connection, ...REQUESTS]

/** Settings of nearly every command: where and with which key, and how to print and to log. */
export const commonSettings = (product: Named): readonly string[] => [...connectionOf(product), ...OUTPUT]

/** What only a sync reads. */
export const SYNC_SETTINGS = [
  'file',
  'sync-resource-types',
  'sync-resources',
  'skip-entitlements-and-grants',
  'skip-grants',
  'skip-expand-grants',
  'max-shrink',
  'workers',
  'one-listing-a-request',
  'c1z-temp-dir',
  'storage-engine',
]

/** What a run for several tenants reads besides. */
export const TENANT_SETTINGS = ['tenants', 'shard', 'tenants-at-once']

/** How a change is carried out. */
export const CHANGE_SETTINGS = ['dry-run', 'yes', 'update-file']

/** The settings as the help lists them; each that is not hidden stands in one group. */
export const fieldGroups = (product: Product): readonly FieldGroup[] => [
  { title: `Options for ${product.source}`, names: connectionOf(product) },
  { title: 'Options for output and log', names: OUTPUT },
  { title: 'Options for a sync', names: SYNC_SETTINGS },
  ...(product.changes ? [{ title: 'Options for changes', names: CHANGE_SETTINGS }] : []),
  ...(product.groups ?? []),
  { title: 'Options for several tenants', names: TENANT_SETTINGS },
  {
    title: 'Options for a schedule and for service mode',
    names: [
      'interval',
      'client-id',
      'client-secret-file',
      'client-secret',
      'provisioning',
      'task-concurrency',
      'skip-full-sync',
      'shutdown-grace',
      'state-dir',
      'health-check',
      'health-check-port',
      'health-check-bind-address',
      'explorer',
      'explorer-port',
      'otel-collector-endpoint',
    ],
  },
]
