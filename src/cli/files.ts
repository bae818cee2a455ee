import { readFile, stat } from 'node:fs/promises'

/** What the command line needs from the file system. Errors are Node's own; only their `code` is looked at. */
export interface Files {
  readText(path: string): Promise<string>
  isDirectory(path: string): Promise<boolean>
}

export const nodeFiles: Files = Object.freeze({
  readText: (path: string) => readFile(path, 'utf8'),
  isDirectory: async (path: string) => (await stat(path)).isDirectory(),
})

/** Why a file could not be read, as the end of a sentence. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read by this user',
    EPERM: 'may not be read by this user',
    EISDIR: 'is a directory',
    ENOTDIR: 'does not exist',
  }
  return words[code] ?? `cannot be read (${code || 'unknown reason'})`
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
