import { spawn } from 'node:child_process'

/** A daemon that works for a peer, in a process of its own. */
export interface RunningDaemon {
  readonly pid: number
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  signal(name: NodeJS.Signals): void
  /** What it wrote to stderr and stdout so far. */
  output(): string
  /** Asks it to end, and waits. Nothing happens to one that ended before. */
  stop(): Promise<void>
}

/** Starts a daemon with nothing in its environment but what is given. */
export function startDaemon(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): RunningDaemon {
  // The official daemon is two processes; the second is told to end by the first only where that ends in peace.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} cannot be started`)
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, name)
  }
  return {
    pid,
    ended,
    signal,
    output: () => output,
    async stop() {
      signal('SIGINT')
      await ended
    },
  }
}
