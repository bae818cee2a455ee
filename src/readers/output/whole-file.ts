import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { textToFile } from '../../sdk/cli/output/text-to-file.ts'
import type { CommandOutput } from '../../sdk/cli/command.ts'

/** A file that is being written. */
export interface FileOutput extends CommandOutput {
  /** Writes letters that are one byte each. */
  readonly writeBytes: (letters: string) => void
}

/**
 * Writes a file beside its place and puts it there when `work` has ended: all of the new file or all of the old one. Everybody may read it, unless
 * `mode` says otherwise.
 *
 * Errors: what `work` throws; `permission-denied`, `resource-exhausted` as the file system says. Nothing is left beside it.
 */
export async function writeWholeFile<T>(
  path: string,
  work: (output: FileOutput) => Promise<T>,
  mode = 0o644,
): Promise<T> {
  const aside = `${path}.tmp`
  let descriptor: number | undefined
  try {
    rmSync(aside, { force: true })
    const opened = openSync(aside, 'wx', mode)
    descriptor = opened
    const result = await work({ write: textToFile(opened), writeBytes: textToFile(opened, 'latin1') })
    fsyncSync(opened)
    closeSync(opened)
    descriptor = undefined
    renameSync(aside, path)
    return result
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor)
    rmSync(aside, { force: true })
    throw storageError(error, `write ${path}`)
  }
}

/**
 * As `writeWholeFile`, for what writes to a path itself.
 *
 * Errors: what `work` throws; as the file system says. Nothing is left beside the file.
 */
export async function placeWholeFile<T>(path: string, work: (aside: string) => T | Promise<T>): Promise<T> {
  const aside = `${path}.tmp`
  try {
    rmSync(aside, { force: true })
    const result = await work(aside)
    const descriptor = openSync(aside, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(aside, path)
    return result
  } catch (error) {
    rmSync(aside, { force: true })
    throw storageError(error, `write ${path}`)
  }
}
