import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { findFiles, type NamedFile, openFile } from '../../readers/file/open-files.ts'
import { shownSync } from '../../readers/file/shown-sync.ts'
import type { FileInfo } from './answers.ts'
import { LeastRecent } from './least-recent.ts'
import { OpenSync } from './open-sync.ts'

/** Files that stay unpacked: two to compare, and the one that is looked at. */
const MOST_FILES = 3
/** Syncs of a file whose names are kept in memory. */
const MOST_SYNCS = 3

export interface LibraryOptions {
  /** Files and patterns as given. */
  readonly names: readonly string[]
  /** A folder whose `.c1z` files are looked for anew each time. */
  readonly dir: string | undefined
  readonly cwd: string
  readonly tempDir: string
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

  constructor(options: LibraryOptions) {
    this.#options = options
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

  /** One sync of a file, by its id, else the one that readers show. Errors: as `shownSync`. */
  async sync(name: string | undefined, syncId: string | undefined): Promise<OpenSync> {
    const { file, snapshot, syncs } = await this.open(name)
    const sync = shownSync(snapshot, file.name, syncId)
    return syncs.get(sync.syncId) ?? syncs.keep(sync.syncId, new OpenSync(file, snapshot, sync))
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
  }
}

export function infoOf({ path, name }: NamedFile): FileInfo {
  const { size, mtime } = statSync(path)
  return { name, bytes: size, modifiedAt: mtime.toISOString() }
}

function stampOf({ path, name }: NamedFile): string {
  try {
    const { size, mtimeMs, ino } = statSync(path)
    return `${size} ${mtimeMs} ${ino}`
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
