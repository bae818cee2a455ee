import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { storageCall, storageError } from '../../sdk/snapshot/file/storage-error.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { NotInIndex } from '../../readers/cache/indexed-snapshot.ts'
import { IndexOfFile, type IndexOptions } from '../../readers/cache/use-index.ts'
import { findFiles, type NamedFile, openFile } from '../../readers/file/open-files.ts'
import { DEFAULT_JEWELS } from '../../readers/diff/jewels.ts'
import { shownSync } from '../../readers/file/shown-sync.ts'
import { SyncView } from '../../readers/file/sync-view.ts'
import type { FileInfo } from './answers.ts'
import { LeastRecent } from './least-recent.ts'
import { OpenSync } from './open-sync.ts'
import { FileSource, IndexSource } from './sync-source.ts'

/** Files that stay unpacked: two to compare, and the one that is looked at. */
const MOST_FILES = 3
/** Syncs of a file whose names are kept in memory. */
const MOST_SYNCS = 3

/** Indexes that are kept open. */
const MOST_INDEXES = 8

export interface LibraryOptions {
  /** Files and patterns as given. */
  readonly names: readonly string[]
  /** A folder whose `.c1z` files are looked for anew each time. */
  readonly dir: string | undefined
  readonly cwd: string
  readonly tempDir: string
  /** Tags of the crown jewels. @default `DEFAULT_JEWELS` */
  readonly jewels?: readonly string[]
  /** What reading an index beside a file needs. */
  readonly indexes: Omit<IndexOptions, 'syncId' | 'now'> & { readonly now: () => Date }
}

/** The index beside a file that is not unpacked; `undefined` where there is none of the file as it is. */
interface FoundIndex extends Disposable {
  readonly stamp: string
  readonly indexed: OpenSync | undefined
}

interface OpenedFile extends Disposable {
  /** Changes whenever the file does. */
  readonly stamp: string
  readonly file: NamedFile
  readonly snapshot: Snapshot
  readonly syncs: LeastRecent<OpenSync>
}

/** The files that the page shows. A file that was replaced, as each sync does, is opened anew with the next question. */
export class Library implements Disposable {
  readonly #options: LibraryOptions
  readonly #opened = new LeastRecent<OpenedFile>(MOST_FILES, (opened) => opened[Symbol.dispose]())
  readonly #opening = new Map<string, Promise<OpenedFile>>()
  readonly #indexes = new LeastRecent<FoundIndex>(MOST_INDEXES, (found) => found[Symbol.dispose]())

  constructor(options: LibraryOptions) {
    this.#options = options
  }

  get jewels(): readonly string[] {
    return this.#options.jewels ?? DEFAULT_JEWELS
  }

  /** The files there are, the newest first where a folder was given. Errors: `not-found` where there is none. */
  files(): readonly NamedFile[] {
    const { names, dir, cwd } = this.#options
    if (dir === undefined) return findFiles(names, cwd)
    const found = filesIn(dir, cwd)
    if (found.length > 0) return found
    throw new ConnectorError('not-found', `read ${dir}`, 'the folder holds no .c1z file; sync first, or name another')
  }

  /** Changes whenever the file of this name does. Errors: `not-found`. */
  stamp(name: string): string {
    return `${name} ${stampOf(this.#named(name))}`
  }

  infos(): readonly FileInfo[] {
    return this.files().map(infoOf)
  }

  /** Opens the file of a name, else the first. Work with what it gives has to be done at once, without waiting for anything. Errors: as `openFile`. */
  async open(name: string | undefined): Promise<OpenedFile> {
    const file = this.#named(name)
    const stamp = stampOf(file)
    const opened = this.#opened.get(file.path)
    if (opened?.stamp === stamp) return opened
    const opening = this.#opening.get(file.path) ?? this.#openAnew(file, stamp)
    this.#opening.set(file.path, opening)
    try {
      return await opening
    } finally {
      this.#opening.delete(file.path)
    }
  }

  /** One sync of an unpacked file, by its id, else the one that readers show. Errors: as `shownSync`. */
  async sync(name: string | undefined, syncId: string | undefined): Promise<OpenSync> {
    const { file, stamp, snapshot, syncs } = await this.open(name)
    const sync = shownSync(snapshot, file.name, syncId)
    const kept = syncs.get(sync.syncId)
    if (kept) return kept
    const found = this.#indexes.get(file.path)
    const isSame = found?.stamp === stamp && found.indexed?.view.sync.syncId === sync.syncId
    const catalog = isSame ? found.indexed?.madeCatalog : undefined
    // Whatever the index knew, the file knows.
    this.#indexes.drop(file.path)
    return storageCall(`read ${file.name}`, this.#options.tempDir, () => {
      const view = new SyncView(file.name, snapshot, sync)
      return syncs.keep(sync.syncId, new OpenSync(file, view, new FileSource(view), catalog))
    })
  }

  /**
   * Asks one sync of a file: its index, where the file is not unpacked and the index can tell, else the file, which is unpacked for it.
   * `work` may be done twice, and must not wait for anything.
   *
   * Errors: as `sync`, and what `work` has to say.
   */
  async ask<T>(name: string | undefined, syncId: string | undefined, work: (open: OpenSync) => T): Promise<T> {
    const told = await this.#askIndex(name, (indexed) =>
      syncId === undefined || syncId === indexed.view.sync.syncId ? work(indexed) : notInIndex(),
    )
    return told ? told.answer : work(await this.sync(name, syncId))
  }

  /** As `ask`, for what needs no finished sync. */
  async askFile<T>(name: string | undefined, work: (snapshot: Snapshot) => T): Promise<T> {
    const told = await this.#askIndex(name, ({ view }) => work(view.snapshot))
    return told ? told.answer : work((await this.open(name)).snapshot)
  }

  /** Makes ready what a search looks through in the sync that is shown first. Errors: as `ask`. */
  async prepare(): Promise<void> {
    const shown = await this.ask(undefined, undefined, (open) => open)
    await shown.prepare()
  }

  async #askIndex<T>(
    name: string | undefined,
    work: (indexed: OpenSync) => T,
  ): Promise<{ readonly answer: T } | undefined> {
    const file = this.#named(name)
    const indexed = await this.#indexOf(file)
    if (!indexed) return undefined
    try {
      return { answer: work(indexed) }
    } catch (error) {
      // What it says of the question counts. What fails in the index itself is left to the file.
      if (ConnectorError.is(error)) throw error
      if (!(error instanceof NotInIndex)) this.#indexes.keep(file.path, noIndex(stampOf(file)))
      return undefined
    }
  }

  /** The index of a file that is not unpacked. */
  async #indexOf(file: NamedFile): Promise<OpenSync | undefined> {
    const stamp = stampOf(file)
    if (this.#opened.get(file.path)?.stamp === stamp) return undefined
    const known = this.#indexes.get(file.path)
    if (known?.stamp === stamp) return known.indexed
    const opened = await this.#openIndex(file)
    // Somebody else may have asked meanwhile.
    const now = this.#indexes.get(file.path)
    if (now?.stamp === stamp) {
      opened?.[Symbol.dispose]()
      return now.indexed
    }
    const { indexed } = this.#indexes.keep(
      file.path,
      opened ? { stamp, indexed: opened, [Symbol.dispose]: () => opened[Symbol.dispose]() } : noIndex(stamp),
    )
    return indexed
  }

  async #openIndex(file: NamedFile): Promise<OpenSync | undefined> {
    const { indexes } = this.#options
    try {
      const index = await new IndexOfFile(file, { ...indexes, now: indexes.now(), syncId: undefined }).open()
      if (!index) return undefined
      const view = new SyncView(file.name, index.snapshot, shownSync(index.snapshot, file.name))
      return new OpenSync(file, view, new IndexSource(view, index.extras, () => index[Symbol.dispose]()))
    } catch {
      return undefined
    }
  }

  #named(name: string | undefined): NamedFile {
    const files = this.files()
    const file = name === undefined ? files[0] : files.find((each) => each.name === name)
    if (file) return file
    throw new ConnectorError('not-found', `read ${name ?? ''}`, 'it is none of the files that are shown')
  }

  async #openAnew(file: NamedFile, stamp: string): Promise<OpenedFile> {
    const snapshot = await openFile(file, this.#options.tempDir)
    const syncs = new LeastRecent<OpenSync>(MOST_SYNCS, (sync) => sync[Symbol.dispose]())
    return this.#opened.keep(file.path, {
      ...{ stamp, file, snapshot, syncs },
      [Symbol.dispose]() {
        syncs.clear()
        snapshot.close()
      },
    })
  }

  [Symbol.dispose](): void {
    this.#opened.clear()
    this.#indexes.clear()
  }
}

function notInIndex(): never {
  throw new NotInIndex('it holds another sync')
}

const noIndex = (stamp: string): FoundIndex => ({ stamp, indexed: undefined, [Symbol.dispose]: () => {} })

export function infoOf({ path, name }: NamedFile): FileInfo {
  const { size, mtime } = statSync(path)
  return { name, bytes: size, modifiedAt: mtime.toISOString() }
}

function stampOf({ path, name }: NamedFile): string {
  try {
    const { size, mtimeMs, ctimeMs, ino } = statSync(path)
    return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
  } catch (error) {
    throw storageError(error, `read ${name}`)
  }
}

function filesIn(dir: string, cwd: string): readonly NamedFile[] {
  const folder = join(cwd, dir)
  let names: readonly string[]
  try {
    names = readdirSync(dir.startsWith('/') ? dir : folder).filter((name) => /\.c1z$/i.test(name))
  } catch (error) {
    throw storageError(error, `read ${dir}`)
  }
  return names
    .flatMap((name) => findFiles([join(dir, name)], cwd))
    .map((file) => ({ file, at: statSync(file.path).mtimeMs }))
    .sort((a, b) => b.at - a.at)
    .map(({ file }) => file)
}
