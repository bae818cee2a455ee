import { styleText } from 'node:util'

export type Color = 'bold' | 'green' | 'red' | 'yellow' | 'gray'

/** Colours a text where the stream shows it. */
export type Paint = (color: Color, text: string) => string

/** Asks the stream and the environment: coloured on a terminal, plain with `NO_COLOR` or in a pipe. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (color, text) =>
    styleText(color, text, { stream })
