import type { Output } from '../../text/terminal.ts'

/** The last line of a terminal that is rewritten in place, with other output passing above it. */
export interface StatusLine {
  /** Replaces the line; `''` removes it. Does nothing where the stream is no terminal. */
  set(text: string): void
  /** Writes whole lines above it. */
  write(text: string): void
}

const CLEAR = '\r\u001B[2K'

export function createStatusLine(stream: Output): StatusLine {
  let shown = ''
  return {
    set(text) {
      if (stream.isTTY !== true) return
      // One cell is left free, or some terminals wrap and the line could not be cleared again. A terminal of unknown size tells 0 columns.
      const fitting = text.slice(0, (stream.columns || 80) - 1)
      if (fitting === shown) return
      stream.write(CLEAR + fitting)
      shown = fitting
    },
    write(text) {
      stream.write(shown === '' ? text : CLEAR + text + shown)
    },
  }
}
