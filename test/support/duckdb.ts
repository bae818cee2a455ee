import { DuckDBInstance } from '@duckdb/node-api'

/** The rows that DuckDB gives for the last of several statements, times in UTC. */
export async function duckdbRows(
  ...statements: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = []
    for (const statement of ["set TimeZone = 'UTC'", ...statements])
      rows = (await connection.runAndReadAll(statement)).getRowObjectsJson()
    return rows
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
