import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'

/** What one run of a command left behind. */
export interface ToolRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a command to its end, with `env` besides the variables of this process.
 *
 * Errors: where it cannot be started or a signal ends it; a non-zero exit code is a result.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string | undefined; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ToolRun> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`${command} was ended by ${signal}`))
      else resolve(code)
    })
  })
  const [exitCode, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)])
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() }
}
