import type { Writable } from 'node:stream'

/** Bytes kept for a reader that stands still. */
const MOST_BYTES = 1024 * 1024

/**
 * Writes whole lines to a stream without waiting for its reader. Lines that would have to be kept beyond a mebibyte are left out, and counted in a
 * line of their own once the reader goes on.
 *
 * Why: whoever reads the log of a program that runs for months must not be able to use up its memory by stopping.
 */
export function lineWriter(stream: Writable): (text: string) => void {
  let leftOut = 0
  return (text) => {
    if (stream.writableLength > MOST_BYTES) {
      leftOut += text.split('\n').length - 1
      return
    }
    if (leftOut > 0) stream.write(`${leftOut} lines are missing here: nobody read them in time\n`)
    leftOut = 0
    stream.write(text)
  }
}
