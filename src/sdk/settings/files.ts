import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** What the command line needs from the file system. Errors are Node's own; only their `code` is looked at. */
export interface Files {
  readText(path: string): Promise<string>
  isThere(path: string): Promise<boolean>
  isDirectory(path: string): Promise<boolean>
}

/**
 * The files of this machine. Pipes and devices such as `/dev/stdin` are read to their end as well.
 *
 * Errors: that of the signal where it aborts while something is waited for.
 * Why nothing blocks: a pipe that nobody writes to would hold the process for ever, deaf to signals.
 */
export const filesUntil = (stop: AbortSignal): Files =>
  Object.freeze({
    readText: (path: string) => readText(path, stop),
    isThere: (path: string) =>
      stat(path).then(
        () => true,
        (error: unknown) => !isMissing(error),
      ),
    isDirectory: async (path: string) => (await stat(path)).isDirectory(),
  })

/** How long a pipe may have no writer, how long a writer may write nothing, and how long to wait between two looks, in milliseconds. */
const NO_WRITER_MS = 10_000
const SILENT_MS = 60_000
const LOOK_MS = 20

/** Most bytes to read from something other than a plain file, which may have no end. */
const MOST_BYTES = 64 * 1024 * 1024

async function readText(path: string, stop: AbortSignal): Promise<string> {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    if (stats.isFile() || stats.isDirectory()) return readFileSync(descriptor, 'utf8')
    if (stats.isFIFO()) return await readToEnd(descriptor, NO_WRITER_MS, stop)
    if (stats.isCharacterDevice()) return await readToEnd(descriptor, 0, stop)
    throw notAFile(path)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * `patienceMs` is for the one who is to write: until somebody has opened the other end, every read finds the end.
 *
 * Errors: of the code `SILENT` where nobody wrote anything, or stopped in the middle.
 */
async function readToEnd(descriptor: number, patienceMs: number, stop: AbortSignal): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024)
  const chunks: Buffer[] = []
  const until = performance.now() + patienceMs
  // Whoever types at a terminal may take time.
  const silence = patienceMs > 0 ? SILENT_MS : Infinity
  let heard = performance.now()
  for (let bytes = 0; bytes <= MOST_BYTES;) {
    const read = readNow(descriptor, buffer)
    const now = performance.now()
    if (read > 0) {
      chunks.push(Buffer.from(buffer.subarray(0, read)))
      heard = now
    } else if (read === 0 && (bytes > 0 || patienceMs === 0)) return Buffer.concat(chunks).toString('utf8')
    else if (read === 0 ? now >= until : now >= heard + silence)
      throw Object.assign(new Error('silent'), { code: SILENT })
    else await wait(LOOK_MS, undefined, { signal: stop })
    bytes += Math.max(0, read)
  }
  throw Object.assign(new Error('too large'), { code: 'EFBIG' })
}

/** Bytes read, 0 at the end, -1 where there is nothing yet. */
function readNow(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer)
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return -1
    throw error
  }
}

/** A file that is read at once. Errors: as `Files`; what is no plain file is one. */
export function readPlainFile(path: string): Buffer {
  if (!statSync(path).isFile()) throw notAFile(path)
  return readFileSync(path)
}

const notAFile = (path: string): Error => Object.assign(new Error(`${path} is no plain file`), { code: NOT_A_FILE })

const NOT_A_FILE = 'NOT_A_FILE'
const SILENT = 'SILENT'

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Why a file could not be read, as the end of a sentence. */
export const whyUnreadable = (error: unknown): string => whyNot(error, 'read', 'does not exist')

/** As `whyUnreadable`, of a folder that was to be made. */
export const whyNotMade = (error: unknown): string => whyNot(error, 'made', 'cannot be made')

function whyNot(error: unknown, done: 'read' | 'made', missing: string): string {
  const code = codeOf(error)
  const words: Readonly<Record<string, string>> = {
    ENOENT: missing,
    EACCES: `may not be ${done} by this user`,
    EPERM: `may not be ${done} by this user`,
    EISDIR: 'is a directory',
    ENOTDIR: missing,
    ENXIO: 'is a socket, no file',
    EFBIG: 'gives more than 64 MiB',
    [NOT_A_FILE]: 'is no plain file',
    [SILENT]: 'is a pipe that nobody writes anything to',
  }
  return words[code] ?? `cannot be ${done} (${code || 'unknown reason'})`
}

/** Whether a read ended because the program was told to stop. */
export const isStop = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'
