import { constants, openSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'

/** Time between two looks whether a terminal takes more. */
const AGAIN_MS = 100

/**
 * A stream to the terminal of a descriptor that never waits inside a write; `undefined` where this system gives none.
 *
 * Why: Node writes to terminals synchronously. One that was stopped (Ctrl-S) or that nobody reads holds the whole process then, deaf to signals.
 */
export function terminalStream(descriptor: number): Writable | undefined {
  const own = openAgain(descriptor)
  if (own === undefined) return undefined
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      let written = 0
      const goOn = (): void => {
        try {
          while (written < chunk.length) written += writeSync(own, chunk, written)
          done()
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') setTimeout(goOn, AGAIN_MS)
          else done(error instanceof Error ? error : new Error(String(error)))
        }
      }
      goOn()
    },
  })
}

/** Opened by its name the terminal gets flags of its own; a copy of the descriptor would change those of the shell, too. */
function openAgain(descriptor: number): number | undefined {
  try {
    return openSync(
      `/proc/self/fd/${descriptor}`,
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_APPEND,
    )
  } catch {
    return undefined
  }
}
