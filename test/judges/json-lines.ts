import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that is told and tells by JSON documents, one a line. */
export interface JsonLines {
  send(document: object): void
  /** Ends its input and waits for its end. Errors: where it says so by its exit code. */
  close(): Promise<void>
}

/** Starts such a program. `onEnd` gets the reason when it ends, asked for or not. */
export function openJsonLines(
  command: string,
  args: readonly string[],
  onLine: (document: unknown) => void,
  onEnd: (reason: Error) => void,
): JsonLines {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdin.on('error', () => {})
  createInterface(child.stdout).on('line', (line) => onLine(JSON.parse(line)))
  const ended = new Promise<Error | undefined>((resolve) => {
    child.on('error', resolve)
    child.on('close', (code) => resolve(code === 0 ? undefined : new Error(`exit code ${code}: ${errors.trim()}`)))
  })
  void ended.then((error) => onEnd(error ?? new Error(`${command} has ended`)))
  return {
    send: (document) => void child.stdin.write(`${JSON.stringify(document)}\n`),
    close: async () => {
      child.stdin.end()
      const error = await ended
      if (error) throw error
    },
  }
}
