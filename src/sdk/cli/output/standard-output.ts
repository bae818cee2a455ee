import { fstatSync } from 'node:fs'
import type { WriteStream } from 'node:tty'
import { lineWriter } from './line-writer.ts'
import { terminalStream } from './terminal-stream.ts'
import { textToFile } from './text-to-file.ts'
import type { Output } from '../../text/terminal.ts'

/** Standard output as the program writes results to it. */
export interface StandardOutput extends Output {
  /**
   * Waits until everything is written or lost. Gives the first error that lost something; a reader that has enough (`| head`) is no failure,
   * and a change under way must come to its end all the same.
   */
  settled(): Promise<Error | undefined>
}

/** The standard output of this process, to be made once. `descriptor` is the stream's. */
export function standardOutput(stream: WriteStream, descriptor: number): StandardOutput {
  let first: NodeJS.ErrnoException | undefined
  const failed = (error: Error | null | undefined): void => {
    first ??= error ?? undefined
  }
  stream.on('error', failed)
  const toFile = textToFile(descriptor)
  const write = isFile(descriptor, stream)
    ? (text: string) => attempt(() => toFile(text), failed)
    : (text: string) => stream.write(text)
  return {
    write,
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
    async settled() {
      await new Promise<void>((resolve) => {
        stream.write('', (error) => {
          failed(error)
          resolve()
        })
      })
      return first?.code === 'EPIPE' ? undefined : first
    },
  }
}

/** The standard error of this process, for whole lines. A reader that is gone or stands still changes nothing. `descriptor` is the stream's. */
export function standardError(stream: WriteStream, descriptor: number): Output {
  const unhindered = (stream.isTTY && terminalStream(descriptor)) || stream
  for (const one of new Set([stream, unhindered])) one.on('error', () => {})
  return {
    write: lineWriter(unhindered),
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
  }
}

/** Node reports a write to a file as done even if the disk took only its first part. */
function isFile(descriptor: number, stream: WriteStream): boolean {
  const stats = fstatSync(descriptor)
  return stats.isFile() || (stats.isCharacterDevice() && !stream.isTTY)
}

function attempt(work: () => void, failed: (error: Error) => void): void {
  try {
    work()
  } catch (error) {
    failed(error as Error)
  }
}
