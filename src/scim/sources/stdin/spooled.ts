import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { CHUNK_BYTES, textChunks, type TextFile } from '../text-file.ts'

/** Where standard input comes from. */
export interface StandardInput extends AsyncIterable<Buffer> {
  /** Set where a person sits at the other end. */
  readonly isTTY?: boolean | undefined
}

/**
 * Standard input as a file that can be read again.
 *
 * Errors: `invalid-argument` where it is a terminal.
 * Why: it comes once, and a read may have to be made twice. It is kept in a file without a name, which the operating system removes when the process ends.
 */
export function spooled(input: StandardInput, tempDir: string = tmpdir()): TextFile {
  const name = 'standard input'
  let kept: Promise<number> | undefined
  return {
    name,
    async *chunks(signal) {
      if (input.isTTY)
        throw new ConnectorError(
          'invalid-argument',
          `read ${name}`,
          'nothing is piped into it; pipe csv people or ndjson',
        )
      const fd = await (kept ??= keep(input, tempDir))
      yield* textChunks(name, bytesOf(fd), signal)
    },
    fingerprint: () => undefined,
  }
}

async function* bytesOf(fd: number): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const read = readSync(fd, chunk, 0, CHUNK_BYTES, at)
    if (read === 0) return
    yield chunk.subarray(0, read)
    at += read
  }
}

async function keep(input: StandardInput, tempDir: string): Promise<number> {
  const folder = mkdtempSync(join(tempDir, 'scim-stdin-'))
  const fd = openSync(join(folder, 'input'), 'wx+', 0o600)
  rmSync(folder, { recursive: true, force: true })
  for await (const chunk of input) for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at)
  return fd
}
