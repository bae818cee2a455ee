import { rmSync } from 'node:fs'
import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { type Cell, isCells, type Row } from '../output/row.ts'
import { fieldOf } from '../output/columns.ts'

/** What a column of a Parquet file holds. Times are instants in UTC. */
export type ColumnKind = 'text' | 'bool' | 'time' | 'texts'

/** Rows that are kept until they are written together. */
const GROUP_ROWS = 50_000

/**
 * Writes rows into a Parquet file and gives how many there were. All columns may be null, and each has its type whatever the rows hold.
 *
 * Errors: what reading rows throws; as the file system says.
 */
export function writeParquet(path: string, rows: Iterable<Row>, columns: ReadonlyMap<string, ColumnKind>): number {
  const schema = [{ name: 'access', num_children: columns.size }, ...[...columns].flatMap(elementsOf)]
  rmSync(path, { force: true })
  const writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'baton' })
  let group: Row[] = []
  let count = 0
  const flush = (): void => {
    count += group.length
    const columnData = Array.from(columns, ([name, kind]) => ({
      name,
      data: group.map((row) => valueOf(fieldOf(row, name), kind)),
    }))
    // A synchronous file ends at once.
    void writer.write({ columnData, rowGroupSize: GROUP_ROWS })
    group = []
  }
  for (const row of rows) if (group.push(row) === GROUP_ROWS) flush()
  if (group.length > 0 || count === 0) flush()
  void writer.finish()
  return count
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const

/** The schema of one column. Source: Apache Parquet, LogicalTypes. */
function elementsOf([name, kind]: readonly [string, ColumnKind]): readonly SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const
  switch (kind) {
    case 'text':
      return [{ ...optional, ...TEXT }]
    case 'bool':
      return [{ ...optional, type: 'BOOLEAN' }]
    case 'time':
      return [
        {
          ...optional,
          type: 'INT64',
          converted_type: 'TIMESTAMP_MILLIS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
        },
      ]
    case 'texts':
      return [
        { ...optional, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'REQUIRED', ...TEXT },
      ]
  }
}

function valueOf(cell: Cell, kind: ColumnKind): unknown {
  if (cell === null) return undefined
  if (kind === 'time') return typeof cell === 'string' ? new Date(cell) : undefined
  if (kind === 'texts') return isCells(cell) ? cell.map(String) : undefined
  return cell
}
