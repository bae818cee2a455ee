import { readFile } from 'node:fs/promises'
import { ConnectorError } from '../../sdk/ground/errors.ts'

/**
 * Reads a secret from a file, without the line break at its end. `shown` is the path as the configuration writes it.
 *
 * Errors: `invalid-argument`; the sentence never quotes the text.
 */
export async function readSecretText(setting: string, path: string, shown: string): Promise<string> {
  const invalid = (detail: string) => new ConnectorError('invalid-argument', 'configuration', `${setting}: ${detail}`)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw invalid(`the file ${shown} cannot be read (${code})`)
  }
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw invalid(`the file ${shown} is empty`)
  return value
}
