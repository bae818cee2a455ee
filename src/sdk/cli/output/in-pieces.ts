import type { CommandOutput } from '../command.ts'

const PIECE_CHARS = 64_000

/** Text on its way to an output. */
export interface Pieces {
  write(text: string): void
  /** Writes what is left. */
  end(): void
}

/** An output that gathers lines, since each write costs more than a line. */
export function inPieces(output: CommandOutput): Pieces {
  let piece = ''
  const end = (): void => {
    if (piece !== '') output.write(piece)
    piece = ''
  }
  return {
    write(text) {
      piece += text
      if (piece.length >= PIECE_CHARS) end()
    },
    end,
  }
}
