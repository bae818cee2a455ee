import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { chmod, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'

import type { FinishedFile } from '../../sync/store.ts'
import { CHUNK_BYTES, MAGIC_V1 } from './envelope.ts'
import { storageError } from './storage-error.ts'

/** Bytes read from the image at once. Source: measurement. */
const PIECE_BYTES = 1 << 20

const FRAME = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_checksumFlag]: 1,
  [constants.ZSTD_c_contentSizeFlag]: 1,
}

/**
 * Packs a database into a snapshot and puts it in the target's place in one step: all of the new file or all of the old one.
 *
 * Errors: `resource-exhausted` on a full disk, `permission-denied` as the file system says; the target is then untouched.
 * Why: one frame with its exact size, because the official readers check the size before they unpack; no worker threads, because
 * Node's stream then ends the frame too early.
 */
export async function packSnapshot(image: string, replacement: string, target: string): Promise<FinishedFile> {
  try {
    await pack(image, replacement, await modeOf(target))
    await rename(replacement, target)
    await syncFolder(dirname(target))
    return { path: target, bytes: (await stat(target)).size }
  } catch (error) {
    await rm(replacement, { force: true })
    throw storageError(error, `write ${target}`, dirname(replacement))
  }
}

/** A new snapshot is its owner's alone: it names people. Whoever lets others read an existing one keeps that. */
async function modeOf(target: string): Promise<number> {
  const found = await stat(target).catch(() => undefined)
  return found ? found.mode & 0o777 : 0o600
}

async function pack(image: string, replacement: string, mode: number): Promise<void> {
  const zstd = createZstdCompress({ chunkSize: CHUNK_BYTES, pledgedSrcSize: (await stat(image)).size, params: FRAME })
  // Made new: whatever stands there, also a link to another file, is not written through.
  await rm(replacement, { force: true })
  const output = createWriteStream(replacement, { flags: 'wx', mode: 0o600, flush: true })
  if (!output.write(MAGIC_V1)) await once(output, 'drain')
  await pipeline(pieces(image), zstd, output)
  if (mode !== 0o600) await chmod(replacement, mode)
}

/**
 * The bytes of a file in large pieces, each valid until the next but one is asked for.
 *
 * Why: a new buffer for each would make V8 clear up dozens of times in a gigabyte. `pipeline` asks for a piece only when the stream has
 * room again, and one piece alone fills it, so that the piece before has been used up by then.
 */
async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  const buffers = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)] as const
  try {
    for (let [now, other] = buffers; ; [now, other] = [other, now]) {
      const { bytesRead } = await file.read(now, 0, PIECE_BYTES)
      if (bytesRead === 0) return
      yield now.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Makes the rename survive a power cut. Windows cannot open a folder; there the rename is as durable as it gets. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
