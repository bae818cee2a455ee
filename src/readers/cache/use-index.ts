import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import type { NamedFile } from '../file/open-files.ts'
import type { SyncView } from '../file/sync-view.ts'
import { BlockFile } from './block-file.ts'
import { type FileStamp, hashOf, isSameStamp, isSettled, stampOf } from './file-stamp.ts'
import { type IndexFacts, indexFacts } from './index-facts.ts'
import { INDEX_FORMAT } from './index-keys.ts'
import { type IndexExtras, indexedSnapshot, indexExtras, NotInIndex } from './indexed-snapshot.ts'
import { makeIndex } from './make-index.ts'

/** What an index needs of the process. */
export interface IndexOptions {
  readonly now: Date
  readonly pid: number
  readonly uid: number | undefined
  /** The sync that is asked for. @default the one that readers show */
  readonly syncId: string | undefined
}

/** An index that was made from the file as it is. */
export interface OpenIndex extends Disposable {
  readonly snapshot: Snapshot
  readonly extras: IndexExtras
  /** The sync that it holds. */
  readonly syncId: string
}

/** The permission bits that let other users write the file. */
const WRITABLE_BY_OTHERS = 0o022

/** The index of one file, beside it. */
export class IndexOfFile {
  readonly #file: NamedFile
  readonly #options: IndexOptions
  readonly #path: string

  constructor(file: NamedFile, options: IndexOptions) {
    this.#file = file
    this.#options = options
    this.#path = options.syncId === undefined ? `${file.path}.index` : `${file.path}.${options.syncId}.index`
  }

  /**
   * Asks the index; `none` where there is none of the file as it is, `in file` where it does not hold the answer. One that is damaged, or of another
   * file, is as good as none, and `make` replaces it: whatever fails here is left to the file.
   *
   * Errors: what `work` has to say to people, a `ConnectorError`.
   */
  async ask<T>(work: (snapshot: Snapshot) => T | Promise<T>): Promise<{ readonly answer: T } | 'none' | 'in file'> {
    try {
      using index = await this.open()
      return index ? { answer: await work(index.snapshot) } : 'none'
    } catch (error) {
      if (ConnectorError.is(error)) throw error
      return error instanceof NotInIndex ? 'in file' : 'none'
    }
  }

  /** Opens the index for many questions; `undefined` where there is none of the file as it is. Errors: `DamagedBlocks`; as the file system says. */
  async open(): Promise<OpenIndex | undefined> {
    const blocks = this.#open()
    if (!blocks) return undefined
    try {
      const facts = indexFacts(blocks.facts)
      if (facts && (await this.#isOfFile(blocks, facts)))
        return {
          ...{ snapshot: indexedSnapshot(blocks, facts), extras: indexExtras(blocks), syncId: facts.syncId },
          [Symbol.dispose]: () => blocks[Symbol.dispose](),
        }
    } catch (error) {
      blocks[Symbol.dispose]()
      throw error
    }
    blocks[Symbol.dispose]()
    return undefined
  }

  /** What the file is before it is opened, so that `make` can tell whether it was replaced meanwhile; `undefined` where it cannot be read, as its reader will say. */
  async mark(): Promise<FileMark | undefined> {
    try {
      const stamp = stampOf(this.#file.path)
      return { stamp, hash: await hashOf(this.#file.path) }
    } catch {
      return undefined
    }
  }

  /** Makes the index, and gives a sentence about it for people: also where it could not be made, since the question is answered without it. */
  make(view: SyncView, { stamp, hash }: FileMark): string {
    const name = `${this.#file.name}${this.#path.slice(this.#file.path.length)}`
    const { now, pid, syncId } = this.#options
    const isShown = syncId === undefined
    try {
      if (!isSameStamp(stampOf(this.#file.path), stamp))
        return `${this.#file.name} was replaced meanwhile: no index was made`
      const settled = isSettled(stamp, now) ? stamp : null
      makeIndex(view, this.#path, String(pid), {
        ...{ format: INDEX_FORMAT, hash, stamp: settled, syncId: view.sync.syncId, isShown },
      })
      return `wrote the index ${name}: it holds people, and may be deleted at any time`
    } catch (error) {
      const why =
        error instanceof RangeError ? 'ids in the file are not unique' : storageError(error, `write ${name}`).detail
      return `no index ${basename(name)} was made, and the answer is that of the file: ${why}`
    }
  }

  /** Nothing where there is none, or somebody else may have written it. */
  #open(): BlockFile | undefined {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (!found?.isFile()) return undefined
    const { uid } = this.#options
    if (uid !== undefined && (found.uid !== uid || (found.mode & WRITABLE_BY_OTHERS) !== 0)) return undefined
    return new BlockFile(this.#path)
  }

  /** Whether the index was made from the file as it is: by what the file system says of it, else by its hash. */
  async #isOfFile(blocks: BlockFile, facts: IndexFacts): Promise<boolean> {
    if (facts.isShown !== (this.#options.syncId === undefined)) return false
    const stamp = stampOf(this.#file.path)
    if (facts.stamp && isSameStamp(facts.stamp, stamp)) return true
    if ((await hashOf(this.#file.path)) !== facts.hash) return false
    if (isSettled(stamp, this.#options.now) && isSameStamp(stampOf(this.#file.path), stamp))
      remember(blocks, { ...facts, stamp })
    return true
  }
}

/** What a file was at one time. */
export interface FileMark {
  readonly stamp: FileStamp
  readonly hash: string
}

function remember(blocks: BlockFile, facts: IndexFacts): void {
  try {
    blocks.setFacts(facts)
  } catch {
    // The folder has become read-only, so the next run takes the hash again.
  }
}
