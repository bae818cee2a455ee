import type { FieldGroup } from './command-shape.ts'

const CONNECTION = ['domain', 'api-key-file', 'api-key', 'base-url', 'http-timeout-seconds', 'config']
const OUTPUT = ['output', 'log-level', 'log-format', 'log-path']

/** Settings of nearly every command: where and with which key, and how to print and to log. */
export const COMMON_SETTINGS = [...CONNECTION, ...OUTPUT]

/** What only a sync reads. */
export const SYNC_SETTINGS = [
  'file',
  'sync-resource-types',
  'sync-resources',
  'skip-entitlements-and-grants',
  'skip-grants',
  'max-shrink',
  'workers',
  'c1z-temp-dir',
  'storage-engine',
]

/** Where accounts of an identity provider are kept. */
export const SCIM_SETTINGS = ['scim-url', 'scim-token-file', 'scim-token', 'scim-on-delete']

/** How a change is carried out. */
export const CHANGE_SETTINGS = ['dry-run', 'yes', 'update-file']

/** The settings as the help lists them; each that is not hidden stands in one group. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  { title: 'Options for Twingate', names: CONNECTION },
  { title: 'Options for output and log', names: OUTPUT },
  { title: 'Options for a sync', names: SYNC_SETTINGS },
  { title: 'Options for changes', names: CHANGE_SETTINGS },
  { title: 'Options for accounts of an identity provider', names: SCIM_SETTINGS },
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
      'otel-collector-endpoint',
    ],
  },
]
