import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'
import { ZipFile } from 'yazl'

/** What yazl takes its checksums from. */
interface Checksums {
  unsigned(bytes: Buffer, before?: number): number
}

/**
 * An archive to be written, with the checksums of Node.
 *
 * Why: yazl takes them from a package in JavaScript, which is an eighth of the time of a workbook. Where that package is not there, or counts
 * otherwise, all stays as it is.
 */
export function newZipFile(): ZipFile {
  try {
    const near = createRequire(createRequire(import.meta.url).resolve('yazl'))
    const checksums = near('buffer-crc32') as Checksums
    if (checksums.unsigned(TRIAL, 1) === crc32(TRIAL, 1)) checksums.unsigned = (bytes, before) => crc32(bytes, before)
  } catch {
    // The archive is the same without.
  }
  return new ZipFile()
}

const TRIAL = Buffer.from('try!')
