import type { CommandOutput } from '../../../sdk/cli/command.ts'

const PIECE_CHARS = 64_000

/** An output that gathers lines, since each write costs more than a line. `end` writes what is left. */
export function inPieces(output: CommandOutput): { write(text: string): void; end(): void } {
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
