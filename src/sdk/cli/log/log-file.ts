import { closeSync, constants, fstatSync, openSync, type Stats, statSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { ConnectorError } from '../../ground/errors.ts'
import { whyUnreadable } from '../../settings/files.ts'
import { lineWriter } from '../output/line-writer.ts'

/** A file of the log. */
export interface LogFile {
  /** Takes whole lines. Errors: as the file system's. */
  write(text: string): void
  close(): void
}

export interface LogPlace {
  /** As the user named it. */
  readonly path: string
  readonly absolute: string
  /** Told what went wrong after the file was opened; the log itself decides nothing about a run. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Opens a file to append to; a file that is made is readable by its owner only, as a log names people. Where something moves it away, as log rotation
 * does, the next line goes into a new one. A pipe is one whose reader need not keep up.
 *
 * Errors: `invalid-argument` for what cannot be opened, named by the flag.
 */
export function openLogFile(place: LogPlace): LogFile {
  const descriptor = open(place)
  const stats = fstatSync(descriptor)
  if (stats.isFIFO()) return pipe(descriptor, place)
  return stats.isFile() ? plainFile({ descriptor, stats }, place) : device(descriptor)
}

/** A pipe without a reader would be waited for. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

function open({ absolute, path }: LogPlace): number {
  try {
    return openSync(absolute, FLAGS, 0o600)
  } catch (error) {
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `--log-path (BATON_LOG_PATH): the file ${path} ${whyNotOpen(error)}`,
      error,
    )
  }
}

function whyNotOpen(error: unknown): string {
  const why = whyUnreadable(error)
  if (why === 'does not exist') return 'is in a directory that does not exist'
  if (why === 'is a socket, no file') return 'is a socket, or a pipe that nobody reads'
  return why.replace('read by', 'written by').replace('cannot be read', 'cannot be opened')
}

interface Opened {
  readonly descriptor: number
  readonly stats: Stats
}

function plainFile(first: Opened, place: LogPlace): LogFile {
  let now = first
  return {
    write(text) {
      now = current(now, place)
      writeWhole(now.descriptor, text)
    },
    close: () => closeSync(now.descriptor),
  }
}

/** The file that has the name now; where none can be opened, the one before. */
function current(now: Opened, place: LogPlace): Opened {
  try {
    const found = statSync(place.absolute, { throwIfNoEntry: false })
    if (found?.ino === now.stats.ino && found.dev === now.stats.dev) return now
    const descriptor = open(place)
    closeSync(now.descriptor)
    return { descriptor, stats: fstatSync(descriptor) }
  } catch (error) {
    place.onFailure(error)
    return now
  }
}

const device = (descriptor: number): LogFile => ({
  write: (text) => writeWhole(descriptor, text),
  close: () => closeSync(descriptor),
})

function pipe(descriptor: number, { onFailure }: LogPlace): LogFile {
  const stream = new Socket({ fd: descriptor, readable: false, writable: true })
  stream.on('error', onFailure)
  return { write: lineWriter(stream), close: () => void stream.end() }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
}
