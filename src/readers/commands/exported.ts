/** Forms that a snapshot can be exported to. */
export const EXPORTED = ['csv', 'ndjson', 'xlsx', 'parquet', 'openfga', 'bloodhound', 'c1z'] as const

export type Exported = (typeof EXPORTED)[number]
