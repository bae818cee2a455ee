import { resolve } from 'node:path'
import type { CommandCall, CommandOutput } from '../../sdk/cli/command.ts'
import { chooseRows } from '../output/choose-rows.ts'
import { rowWriter } from '../output/row-writer.ts'
import { writeWholeFile } from '../output/whole-file.ts'
import { EXPORT, exportRows } from '../rows/export-rows.ts'
import { choiceOf, filesOf, originShape, type RowSettings, withOrigin, withView } from './reading.ts'

export interface ExportSettings extends Omit<RowSettings, 'output'> {
  readonly out: string | undefined
}

/** Writes a row for each principal and entitlement of one or several files. Exit code 0. */
export async function runExport(call: CommandCall, given: ExportSettings, form: 'csv' | 'ndjson'): Promise<number> {
  const settings: RowSettings = { ...given, output: form }
  const { out } = given
  if (out === undefined) {
    await exportTo(call.stdout, call, settings)
    return 0
  }
  const path = resolve(call.process.cwd, out)
  const count = await writeWholeFile(path, (output) => exportTo(output, call, settings))
  call.stderr.write(`wrote ${count} rows to ${out}\n`)
  return 0
}

async function exportTo(output: CommandOutput, call: CommandCall, settings: RowSettings): Promise<number> {
  const files = filesOf(settings, call)
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
