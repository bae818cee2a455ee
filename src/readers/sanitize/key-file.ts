import { readFileSync, writeFileSync } from 'node:fs'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { RandomBytes } from '../../sdk/ground/ports.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'

const KEY_BYTES = 32

/**
 * The key of pseudonyms: of the file, which is made with a new one where it is not there and is its owner's alone.
 *
 * Shape: 64 hexadecimal digits. `isNew` where it was made now.
 * Errors: `invalid-argument` for a file that holds something else; as the file system says.
 */
export function readOrMakeKey(
  path: string,
  name: string,
  random: RandomBytes,
): { readonly key: Uint8Array; readonly isNew: boolean } {
  const kept = readKey(path, name)
  if (kept !== undefined) {
    const text = kept.trim()
    if (!/^[0-9a-f]{64}$/i.test(text))
      throw new ConnectorError(
        'invalid-argument',
        `read ${name}`,
        'it holds no key of 64 hexadecimal digits; name another with --key-file, or none to have one made',
      )
    return { key: Buffer.from(text, 'hex'), isNew: false }
  }
  const key = random(KEY_BYTES)
  try {
    writeFileSync(path, `${Buffer.from(key).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw storageError(error, `write ${name}`)
  }
  return { key, isNew: true }
}

function readKey(path: string, name: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw storageError(error, `read ${name}`)
  }
}
