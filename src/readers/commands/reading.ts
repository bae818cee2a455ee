import type { CommandCall } from '../../sdk/cli/command.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { IndexOfFile } from '../cache/use-index.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { endOfSync, findFiles, type NamedFile, openFile } from '../file/open-files.ts'
import { notesOnSync, shownSync } from '../file/shown-sync.ts'
import { SyncView } from '../file/sync-view.ts'
import type { Choice } from '../output/choose-rows.ts'
import type { Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import type { Form } from '../output/row-writer.ts'

/** What readers are told of files and form. */
export interface ReaderSettings {
  readonly file: readonly string[]
  readonly sync: string | undefined
  readonly output: Form
  /** Whether an index beside the file is asked, and made where there is none. @default false */
  readonly index?: boolean
}

/** What readers are told that answer in rows. */
export interface RowSettings extends ReaderSettings {
  readonly where: readonly string[]
  readonly sort: readonly string[]
  readonly columns: readonly string[]
  readonly limit: number | undefined
}

export const choiceOf = ({ where, sort, limit }: RowSettings): Choice => ({ where, sort, limit })

/** Whether every row and column is wanted as it comes. */
export const isWhole = ({ where, sort, columns, limit }: RowSettings): boolean =>
  where.length === 0 && sort.length === 0 && columns.length === 0 && limit === undefined

const DEFAULT_FILE = 'sync.c1z'

export const filesOf = ({ file }: ReaderSettings, { process }: CommandCall): readonly NamedFile[] =>
  findFiles(file.length === 0 ? [DEFAULT_FILE] : file, process.cwd)

/** The only file of a question that one file answers. Errors: as `findFiles`; `invalid-argument` for several. */
export function onlyFile(settings: ReaderSettings, call: CommandCall): NamedFile {
  const [first, second] = filesOf(settings, call)
  if (first && !second) return first
  throw new ConnectorError('invalid-argument', 'read files', 'this command reads one file; name one with -f')
}

/**
 * Opens a file while `work` runs. `work` runs again where an index lacks the answer. Errors: as `openFile`, `shownSync`; a damaged database is
 * `data-loss`.
 */
export async function withView<T>(
  file: NamedFile,
  settings: ReaderSettings,
  call: CommandCall,
  work: (view: SyncView) => T | Promise<T>,
): Promise<T> {
  const viewOf = (snapshot: Snapshot) =>
    new SyncView(file.name, snapshot, shownSync(snapshot, file.name, settings.sync))
  const tellNotes = ({ snapshot, sync }: SyncView): void => {
    for (const note of notesOnSync(snapshot, sync)) call.stderr.write(`${file.name}: ${note}\n`)
  }
  const index = indexOf(file, settings, call)
  const found = await index?.ask(async (snapshot) => {
    const view = viewOf(snapshot)
    const answer = await work(view)
    tellNotes(view)
    return answer
  })
  if (typeof found === 'object') return found.answer
  const mark = found === 'none' ? await index?.mark() : undefined
  return withSnapshot(file, call, (snapshot) => {
    const view = viewOf(snapshot)
    tellNotes(view)
    if (index && mark) call.stderr.write(`${index.make(view, mark)}\n`)
    return work(view)
  })
}

/** An id becomes a part of a file's name. */
const PLAIN_ID = /^[A-Za-z0-9]+$/

function indexOf(file: NamedFile, settings: ReaderSettings, { process }: CommandCall): IndexOfFile | undefined {
  if (settings.index !== true || !PLAIN_ID.test(settings.sync ?? '0')) return undefined
  const { clock, pid, uid } = process
  return new IndexOfFile(file, { now: clock.now(), pid, uid, syncId: settings.sync })
}

/** As `withView`, for what needs no finished sync. */
export async function withSnapshot<T>(
  file: NamedFile,
  { process }: CommandCall,
  work: (snapshot: Snapshot) => T | Promise<T>,
): Promise<T> {
  using snapshot = await openFile(file, process.tempDir)
  try {
    return await work(snapshot)
  } catch (error) {
    throw storageError(error, `read ${file.name}`)
  }
}

/** Rows of several files say where they come from. */
export const originShape = (shape: Shape): Shape => ({
  ...shape,
  fields: ['tenant', 'syncedAt', 'file', ...shape.fields],
  narrow: ['tenant', 'syncedAt', ...shape.narrow],
})

export function* withOrigin(rows: Iterable<Row>, { tenant, name }: NamedFile, view: SyncView): Generator<Row> {
  const origin = { tenant, syncedAt: endOfSync(view.sync), file: name }
  for (const row of rows) yield { ...origin, ...row }
}

/** Snapshots that are opened once, however often they are asked for, and closed together. */
export class OpenFiles implements Disposable {
  readonly #tempDir: string
  readonly #opened = new Map<string, Snapshot>()

  constructor({ process }: CommandCall) {
    this.#tempDir = process.tempDir
  }

  /** Errors: as `openFile`. */
  async open(file: NamedFile): Promise<Snapshot> {
    const opened = this.#opened.get(file.path) ?? (await openFile(file, this.#tempDir))
    this.#opened.set(file.path, opened)
    return opened
  }

  [Symbol.dispose](): void {
    for (const snapshot of this.#opened.values()) snapshot.close()
    this.#opened.clear()
  }
}
