/** A column: its declaration as SQL, and what to copy from a file made before the column existed; absent where every file has it. */
interface Column {
  readonly name: string
  readonly sql: string
  readonly fallback?: string
}

export interface Index {
  readonly name: string
  readonly unique?: true
  readonly columns: string
  readonly where?: string
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly indexes: readonly Index[]
}

const column = (name: string, sql: string, fallback?: string): Column =>
  fallback === undefined ? { name, sql } : { name, sql, fallback }

const text = (name: string): Column => column(name, 'text not null')
const blob = (name: string): Column => column(name, 'blob not null')
const time = (name: string): Column => column(name, 'datetime not null')
const added = (name: string, sql: string, fallback: string): Column => column(name, sql, fallback)

const unique = (name: string, columns: string): Index => ({ name, unique: true, columns })
const index = (name: string, columns: string, where?: string): Index =>
  where === undefined ? { name, columns } : { name, columns, where }

/** Holds one row per sync; written last when rows are taken out, and numbered so that the ids rise with time. */
export const SYNC_RUNS: Table = {
  name: 'v1_sync_runs',
  columns: [
    text('sync_id'),
    time('started_at'),
    column('ended_at', 'datetime'),
    text('sync_token'),
    added('sync_type', "text not null default 'full'", "'full'"),
    added('parent_sync_id', "text not null default ''", "''"),
    added('linked_sync_id', "text not null default ''", "''"),
    added('supports_diff', 'integer not null default 0', '0'),
    added('grants_backfilled', 'integer not null default 0', '0'),
    added('stats', 'text', 'null'),
    added('ingest_invariant_generation', "text not null default ''", "''"),
    added('ingest_invariant_coverage', "text not null default ''", "''"),
    added('ingest_invariant_mode', "text not null default ''", "''"),
  ],
  indexes: [unique('idx_sync_runs_sync_id_v1', 'sync_id')],
}

/**
 * The tables that hold the rows of syncs, each with a `sync_id` column.
 *
 * Why: the two index names of `v1_resources` are swapped in the official schema; a reader keeps whatever definition it finds under a name.
 * Source: baton-sdk v0.25.0 `pkg/dotc1z/*.go` (columns in its order).
 */
export const ROW_TABLES: readonly Table[] = [
  {
    name: 'v1_resource_types',
    columns: [text('external_id'), blob('data'), text('sync_id'), time('discovered_at')],
    indexes: [unique('idx_resource_types_external_sync_v1', 'external_id, sync_id')],
  },
  {
    name: 'v1_resources',
    columns: [
      text('resource_type_id'),
      text('external_id'),
      column('parent_resource_type_id', 'text'),
      column('parent_resource_id', 'text'),
      blob('data'),
      text('sync_id'),
      time('discovered_at'),
    ],
    indexes: [
      index('idx_resources_resource_type_id_v1', 'resource_type_id'),
      index('idx_resources_external_sync_v1', 'parent_resource_type_id, parent_resource_id'),
      unique('idx_resources_parent_resource_id_v1', 'external_id, sync_id'),
    ],
  },
  {
    name: 'v1_entitlements',
    columns: [
      text('resource_type_id'),
      text('resource_id'),
      text('external_id'),
      blob('data'),
      text('sync_id'),
      time('discovered_at'),
    ],
    indexes: [
      index('idx_entitlements_resource_id_v1', 'resource_type_id, resource_id'),
      unique('idx_entitlements_external_sync_v1', 'external_id, sync_id'),
    ],
  },
  {
    name: 'v1_grants',
    columns: [
      text('resource_type_id'),
      text('resource_id'),
      text('entitlement_id'),
      text('principal_resource_type_id'),
      text('principal_resource_id'),
      text('external_id'),
      added('expansion', 'blob', 'null'),
      added('needs_expansion', 'integer not null default 0', '0'),
      blob('data'),
      text('sync_id'),
      time('discovered_at'),
    ],
    indexes: [
      unique('idx_grants_external_sync_v1', 'external_id, sync_id'),
      index('idx_grants_resource_type_id_resource_id_v1', 'resource_type_id, resource_id'),
      index('idx_grants_principal_id_v1', 'principal_resource_type_id, principal_resource_id'),
      index(
        'idx_grants_entitlement_id_principal_id_v1',
        'entitlement_id, principal_resource_type_id, principal_resource_id',
      ),
      index('idx_grants_entitlement_sync_grant_v1', 'entitlement_id, sync_id, id'),
      index('idx_grants_sync_expansion_v1', 'sync_id', 'expansion is not null'),
      index('idx_grants_sync_needs_expansion_v1', 'sync_id', 'needs_expansion = 1'),
    ],
  },
  {
    name: 'v1_assets',
    columns: [text('external_id'), text('content_type'), blob('data'), text('sync_id'), time('discovered_at')],
    indexes: [unique('idx_assets_external_sync_v1', 'external_id, sync_id')],
  },
  {
    name: 'v1_connector_sessions',
    columns: [text('sync_id'), text('key'), blob('value')],
    indexes: [unique('idx_session_store_sync_key_v1', 'sync_id, key')],
  },
]

export const ALL_TABLES: readonly Table[] = [...ROW_TABLES, SYNC_RUNS]

export const createTableSql = (table: Table): string =>
  `create table ${table.name} (id integer primary key, ${table.columns.map(({ name, sql }) => `${name} ${sql}`).join(', ')})`

export const createIndexSql = (table: Table, { name, unique: one, columns, where }: Index): string =>
  `create ${one ? 'unique ' : ''}index ${name} on ${table.name} (${columns})${where === undefined ? '' : ` where ${where}`}`
