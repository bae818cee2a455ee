import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { CommandCall, CommandOutput } from '../../sdk/cli/command.ts'
import { inPieces } from '../../sdk/cli/output/in-pieces.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { chooseRows } from '../output/choose-rows.ts'
import { chosenRows } from '../output/chosen-rows.ts'
import { fieldNamed, type Shape } from '../output/columns.ts'
import { csvLine } from '../output/csv-line.ts'
import { rowWriter } from '../output/row-writer.ts'
import { type FileOutput, placeWholeFile, writeWholeFile } from '../output/whole-file.ts'
import { EXPORT, exportRows, exportTexts } from '../rows/export-rows.ts'
import { CSV_FORM, formInBytes, NDJSON_FORM } from '../rows/row-form.ts'
import { exportBatches } from './export-batches.ts'
import type { Exported } from './exported.ts'
import { choiceOf, filesOf, isWhole, onlyFile, originShape, type RowSettings, withOrigin, withView } from './reading.ts'

export interface ExportSettings extends Omit<RowSettings, 'output'> {
  readonly out: string | undefined
  readonly scope: string | undefined
}

/** Writes one or several files in another form. Exit code 0. Errors: `invalid-argument` for options that the form has no use for. */
export async function runExport(call: CommandCall, given: ExportSettings, form: Exported): Promise<number> {
  refuseNoUse(given, form)
  const settings: RowSettings = { ...given, output: form === 'csv' ? 'csv' : 'ndjson' }
  switch (form) {
    case 'csv':
    case 'ndjson':
      return exportText(call, settings, given.out)
    case 'xlsx':
      return exportXlsx(call, settings, outOf(given, form))
    case 'parquet':
      return exportParquet(call, settings, outOf(given, form))
    case 'openfga':
      return exportOpenfga(call, settings, given)
    case 'bloodhound':
      return exportBloodhound(call, settings, given.out)
    case 'c1z':
      return exportC1z(call, settings, outOf(given, form))
  }
}

const WITHOUT_ROWS: readonly Exported[] = ['openfga', 'bloodhound', 'c1z']

function refuseNoUse({ where, sort, columns, limit, scope }: ExportSettings, form: Exported): void {
  const flags = [
    ...(WITHOUT_ROWS.includes(form)
      ? [...(where.length > 0 ? ['where'] : []), ...(sort.length > 0 ? ['sort'] : []), ...(limit ? ['limit'] : [])]
      : []),
    ...(columns.length > 0 && !['csv', 'ndjson', 'xlsx'].includes(form) ? ['columns'] : []),
    ...(scope !== undefined && form !== 'openfga' ? ['scope'] : []),
  ]
  const [flag] = flags
  if (flag !== undefined)
    throw new ConnectorError('invalid-argument', `export ${form}`, `--${flag} is of no use for ${form}; leave it out`)
}

/** Where a form goes that no terminal can show. */
function outOf({ out }: ExportSettings, form: Exported): string {
  if (out !== undefined) return out
  const what = form === 'parquet' ? 'folder' : 'file'
  throw new ConnectorError('invalid-argument', `export ${form}`, `name a ${what} with --out`)
}

const pathOf = ({ process }: CommandCall, out: string): string => resolve(process.cwd, out)

async function exportText(call: CommandCall, settings: RowSettings, out: string | undefined): Promise<number> {
  if (out === undefined) {
    await exportTo(call.stdout, call, settings)
    return 0
  }
  const count = await writeWholeFile(pathOf(call, out), (output) => exportTo(output, call, settings))
  call.stderr.write(`wrote ${count} rows to ${out}\n`)
  return 0
}

async function exportTo(output: CommandOutput | FileOutput, call: CommandCall, settings: RowSettings): Promise<number> {
  const files = filesOf(settings, call)
  const [first, second] = files
  if (first && !second && isWhole(settings)) return exportWhole(output, call, settings, first)
  const isOneOfMany = files.length > 1
  const shape = isOneOfMany ? originShape(EXPORT) : EXPORT
  const chooser = chooseRows(
    rowWriter(output, { form: settings.output, shape, columns: settings.columns }),
    choiceOf(settings),
    shape,
  )
  for (const file of files) {
    const goesOn = await withView(file, settings, call, (view) => {
      const rows = exportRows(view)
      for (const row of isOneOfMany ? withOrigin(rows, file, view) : rows) if (!chooser.take(row)) return false
      return true
    })
    if (!goesOn) break
  }
  const { shown, more } = chooser.end()
  if (more) call.stderr.write(`the first ${shown}; there are more\n`)
  return shown
}

/** The same rows as text, which takes a third of the time. */
function exportWhole(
  output: CommandOutput | FileOutput,
  call: CommandCall,
  settings: RowSettings,
  file: NamedFile,
): Promise<number> {
  return withView(file, settings, call, (view) => {
    const isCsv = settings.output === 'csv'
    const form = isCsv ? CSV_FORM : NDJSON_FORM
    const isFile = 'writeBytes' in output
    const pieces = inPieces(isFile ? { write: output.writeBytes } : output)
    if (isCsv) pieces.write(csvLine(EXPORT.fields))
    let count = 0
    for (const texts of exportTexts(view, isFile ? formInBytes(form) : form)) {
      for (const text of texts) pieces.write(text)
      count += texts.length
    }
    pieces.end()
    return count
  })
}

/** Columns that hold times. */
const TIMES: ReadonlySet<string> = new Set(['until', 'syncedAt'])

/** Columns in which a text seldom comes twice. */
const UNIQUE: ReadonlySet<string> = new Set(['path', 'otherPaths'])

async function exportXlsx(call: CommandCall, settings: RowSettings, out: string): Promise<number> {
  const { writeSheets, writeXlsx } = await import('../export/write-xlsx.ts')
  const files = filesOf(settings, call)
  const [first, second] = files
  const shape: Shape = files.length > 1 ? originShape(EXPORT) : EXPORT
  const named = settings.columns.map((name) => fieldNamed(shape, name, 'columns'))
  const options = { columns: named.length > 0 ? named : shape.fields, times: TIMES, unique: UNIQUE }
  const count = await placeWholeFile(pathOf(call, out), (aside) =>
    first && !second && isWhole(settings)
      ? withView(first, settings, call, (view) => writeSheets(aside, (form) => exportTexts(view, form), options))
      : writeXlsx(aside, exportBatches(call, settings, shape), options),
  )
  call.stderr.write(`wrote ${count} rows to ${out}\n`)
  return 0
}

async function exportParquet(call: CommandCall, settings: RowSettings, out: string): Promise<number> {
  const { writeParquet } = await import('../export/write-parquet.ts')
  const { hivePath, PARQUET_COLUMNS } = await import('../export/parquet-layout.ts')
  for (const file of filesOf(settings, call)) {
    const name = await withView(file, settings, call, async (view) => {
      const place = hivePath(file, view)
      const target = join(pathOf(call, out), place)
      mkdirSync(dirname(target), { recursive: true })
      const rows = chosenRows(syncedRows(view), choiceOf(settings), EXPORT)
      const count = await placeWholeFile(target, (aside) => writeParquet(aside, rows, PARQUET_COLUMNS))
      return `${count} rows to ${join(out, place)}`
    })
    call.stderr.write(`wrote ${name}\n`)
  }
  return 0
}

function* syncedRows(view: SyncView) {
  const synced = { syncId: view.sync.syncId, syncedAt: endOfSync(view.sync) }
  for (const row of exportRows(view)) yield { ...synced, ...row }
}

/** The official runner takes more than a few seconds for as many. Source: measurement. */
const MANY_TUPLES = 5000

async function exportOpenfga(
  call: CommandCall,
  settings: RowSettings,
  { scope, out }: ExportSettings,
): Promise<number> {
  const [{ openfgaStore }, { findThing }] = await Promise.all([
    import('../export/openfga-store.ts'),
    import('../names/find-thing.ts'),
  ])
  const { yaml, tuples } = await withView(onlyFile(settings, call), settings, call, (view) =>
    openfgaStore(view, scope === undefined ? undefined : findThing(view, scope, { word: 'scope' })),
  )
  if (scope === undefined && tuples > MANY_TUPLES)
    call.stderr.write(`${tuples} tuples: fga model test takes long for so many; --scope NAME keeps to one thing\n`)
  return writeOne(call, out, yaml, `${tuples} tuples`)
}

async function exportBloodhound(call: CommandCall, settings: RowSettings, out: string | undefined): Promise<number> {
  const { bloodhoundGraph } = await import('../export/bloodhound-graph.ts')
  const file: NamedFile = onlyFile(settings, call)
  const { graph, extension } = await withView(file, settings, call, (view) => bloodhoundGraph(view, file.tenant))
  const { nodes, edges } = graph.graph
  await writeOne(call, out, `${JSON.stringify(graph)}\n`, `${nodes.length} nodes and ${edges.length} edges`)
  if (out === undefined) return 0
  const beside = `${out.replace(/\.json$/i, '')}.schema.json`
  return writeOne(call, beside, `${JSON.stringify(extension, undefined, 2)}\n`, 'the extension schema')
}

async function writeOne(call: CommandCall, out: string | undefined, text: string, what: string): Promise<number> {
  if (out === undefined) {
    call.stdout.write(text)
    return 0
  }
  await writeWholeFile(pathOf(call, out), async (output) => output.write(text))
  call.stderr.write(`wrote ${what} to ${out}\n`)
  return 0
}

async function exportC1z(call: CommandCall, settings: RowSettings, out: string): Promise<number> {
  const { exportSync } = await import('../../sdk/snapshot/write/export-sync.ts')
  const file = onlyFile(settings, call)
  const path = pathOf(call, out)
  if (path === file.path)
    throw new ConnectorError(
      'invalid-argument',
      'export c1z',
      `${out} is the file that is read, and its other syncs would be lost; name another with --out`,
    )
  const { syncId, bytes } = await withView(file, settings, call, async ({ snapshot, sync }) => ({
    syncId: sync.syncId,
    bytes: (await exportSync({ databasePath: snapshot.databasePath, syncId: sync.syncId, out: path })).bytes,
  }))
  call.stderr.write(`wrote the sync ${syncId} to ${out}, ${bytes} bytes\n`)
  return 0
}
