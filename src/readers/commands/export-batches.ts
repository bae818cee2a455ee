import type { CommandCall } from '../../sdk/cli/command.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { openFile } from '../file/open-files.ts'
import { notesOnSync, shownSync } from '../file/shown-sync.ts'
import { SyncView } from '../file/sync-view.ts'
import { chooseRows } from '../output/choose-rows.ts'
import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import { exportRows } from '../rows/export-rows.ts'
import { choiceOf, filesOf, type RowSettings, withOrigin } from './reading.ts'

const BATCH = 500

/** Rows of access of one or several files, some at a time, for a writer that takes its time. Errors: as `withView`, `chooseRows`. */
export async function* exportBatches(
  call: CommandCall,
  settings: RowSettings,
  shape: Shape,
): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = []
  const chooser = chooseRows({ write: (row) => void batch.push(row), end: () => {} }, choiceOf(settings), shape)
  const files = filesOf(settings, call)
  for (const file of files) {
    using snapshot = await openFile(file, call.process.tempDir)
    let goesOn = true
    try {
      const sync = shownSync(snapshot, file.name, settings.sync)
      for (const note of notesOnSync(snapshot, sync)) call.stderr.write(`${file.name}: ${note}\n`)
      const view = new SyncView(file.name, snapshot, sync)
      const rows = exportRows(view)
      for (const row of files.length > 1 ? withOrigin(rows, file, view) : rows) {
        goesOn = chooser.take(row)
        if (!goesOn) break
        if (batch.length < BATCH) continue
        yield batch
        batch = []
      }
    } catch (error) {
      throw storageError(error, `read ${file.name}`)
    }
    if (!goesOn) break
  }
  const { shown, more } = chooser.end()
  yield batch
  if (more) call.stderr.write(`the first ${shown}; there are more\n`)
}
