import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** How a process ended and what it said. */
export interface Ended {
  /** `null` where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningProgram {
  readonly ended: Promise<Ended>
  /** Sends a signal; does nothing once the process has ended. */
  kill(signal: NodeJS.Signals): void
  /** False once the process has ended. */
  isRunning(): boolean
  /** Waits until stdout holds this, and gives all of it; the test's own time limit ends it. */
  said(text: RegExp): Promise<string>
  /** The same of stderr. */
  told(text: RegExp): Promise<string>
}

export interface ProgramOptions {
  readonly cwd: string
  /** Added to a bare environment; nothing else of the caller's own is passed on. */
  readonly env?: Readonly<Record<string, string>>
  /** Command that runs the program, which follows as its last arguments: a pseudo terminal, a name space. */
  readonly under?: readonly string[]
  /** The program itself where it is not this checkout's: a package, an image. Default `PROGRAM`. */
  readonly program?: readonly string[]
  /** Told how to end what still runs at the end of the test. */
  readonly atEnd: (cleanUp: () => void) => void
}

/** The checkout whose program is started: this one, unless `npm run test:numbered` names an older one by this variable. */
export const CHECKOUT = process.env['TEST_CHECKOUT'] ?? join(import.meta.dirname, '../..')

/** The program as a user starts it. */
export const PROGRAM = [process.execPath, join(CHECKOUT, 'cmd/baton-twingate/main.ts')] as const

/** Starts the real program in a session of its own: no terminal, nothing on stdin. */
export function startProgram(args: readonly string[], options: ProgramOptions): RunningProgram {
  const [command = '', ...rest] = [...(options.under ?? []), ...(options.program ?? PROGRAM), ...args]
  const child = spawn(command, rest, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && isRunning()) process.kill(-child.pid, signal)
  }
  options.atEnd(() => kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const holds = (stream: NodeJS.ReadableStream, all: () => string, text: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!text.test(all())) return
        stream.off('data', look)
        resolve(all())
      }
      stream.on('data', look)
      look()
    })
  const said = (text: RegExp): Promise<string> => holds(child.stdout, () => stdout, text)
  const told = (text: RegExp): Promise<string> => holds(child.stderr, () => stderr, text)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  ended.catch(() => {})
  return { ended, kill, isRunning, said, told }
}
