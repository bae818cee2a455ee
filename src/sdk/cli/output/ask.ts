import { isatty } from 'node:tty'
import { createInterface } from 'node:readline'

/** Asks a person and gives the line that was typed, `''` where input ended. Errors: that of the signal where the program is told to stop. */
export type Ask = (question: string) => Promise<string>

/** How a person is asked, on standard error; `undefined` where nobody sits at a terminal. */
export function askAtTerminal(stop: AbortSignal): Ask | undefined {
  if (!isatty(0) || !isatty(2)) return undefined
  return (question) =>
    new Promise((resolve, reject) => {
      // Without a terminal mode of its own Ctrl-C stays a signal.
      const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
      const onStop = (): void => {
        reject(stop.reason as Error)
        lines.close()
      }
      stop.addEventListener('abort', onStop, { once: true })
      let answered = false
      lines.once('line', (line) => {
        answered = true
        resolve(line)
        lines.close()
      })
      lines.once('close', () => {
        stop.removeEventListener('abort', onStop)
        // The end of input leaves the cursor behind the question.
        if (!answered) process.stderr.write('\n')
        resolve('')
      })
      process.stderr.write(question)
    })
}
