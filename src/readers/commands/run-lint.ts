import { statSync } from 'node:fs'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { endOfSync, type NamedFile } from '../file/open-files.ts'
import { shownSync } from '../file/shown-sync.ts'
import { SyncView } from '../file/sync-view.ts'
import { fileProblems } from '../lint/file-problems.ts'
import { type Problem, PROBLEMS } from '../lint/problem.ts'
import { syncProblems } from '../lint/sync-problems.ts'
import { chooseRows } from '../output/choose-rows.ts'
import { hasColor, rowWriter } from '../output/row-writer.ts'
import { choiceOf, filesOf, originShape, type RowSettings, withSnapshot } from './reading.ts'

/** Looks for contradictions in files. Exit code 0 where there are none, else 10. */
export async function runLint(call: CommandCall, settings: RowSettings): Promise<number> {
  const files = filesOf(settings, call)
  const isOneOfMany = files.length > 1
  const shape = isOneOfMany ? originShape(PROBLEMS) : PROBLEMS
  const chooser = chooseRows(
    rowWriter(call.stdout, {
      form: settings.output,
      shape,
      columns: settings.columns,
      isColored: hasColor(call.stdout, call.process.env),
    }),
    choiceOf(settings),
    shape,
  )
  let count = 0
  for (const file of files)
    await withSnapshot(file, call, (snapshot) => {
      const sync = settings.sync === undefined ? snapshot.shown : shownSync(snapshot, file.name, settings.sync)
      const origin = isOneOfMany
        ? { tenant: file.tenant, syncedAt: sync ? endOfSync(sync) : null, file: file.name }
        : {}
      for (const problem of problemsOf(snapshot, file, sync?.syncId)) {
        count++
        chooser.take({ ...origin, ...problem })
      }
      call.stderr.write(`${file.name}: ${sizes(snapshot, file, sync?.syncId)}\n`)
    })
  const { shown, more } = chooser.end()
  if (more) call.stderr.write(`the first ${shown}; there are more\n`)
  call.stderr.write(count === 0 ? 'no contradictions\n' : `${count} ${count === 1 ? 'problem' : 'problems'}\n`)
  return count === 0 ? 0 : exitCodeOf('aborted')
}

function* problemsOf(snapshot: Snapshot, { name }: NamedFile, syncId: string | undefined): Generator<Problem> {
  yield* fileProblems(snapshot)
  const sync = snapshot.syncs.find((each) => each.syncId === syncId)
  if (sync) yield* syncProblems(new SyncView(name, snapshot, sync))
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
const words = (count: number): string => count.toLocaleString('en-US')

/** `92 MB, 1,290 MB unpacked, 2 syncs; shown: 102,000 resources, 2,000 entitlements, 1,000,000 grants` */
function sizes(snapshot: Snapshot, { path }: NamedFile, syncId: string | undefined): string {
  const bytes = (file: string): string =>
    `${words(Math.ceil((statSync(file, { throwIfNoEntry: false })?.size ?? 0) / 1000))} kB`
  const head = `${bytes(path)}, ${bytes(snapshot.databasePath)} unpacked, ${snapshot.syncs.length} ${snapshot.syncs.length === 1 ? 'sync' : 'syncs'}`
  if (syncId === undefined) return `${head}, none finished`
  const { resources, entitlements, grants } = snapshot.counts(syncId)
  return `${head}; shown: ${words(sum(resources))} resources, ${words(sum(entitlements))} entitlements, ${words(sum(grants))} grants`
}
