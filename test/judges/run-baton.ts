import type { z } from 'zod'
import type { OfficialTools } from './official-tools.ts'

/** Runs the official command on a file and returns its text. Errors: with its own words where it exits with another code than 0. */
export async function runBaton(tools: OfficialTools, file: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tools.baton([...args, '--file', file])
  if (exitCode !== 0) throw new Error(`baton ${args.join(' ')} exited with ${exitCode}: ${stderr.trim()}`)
  return stdout
}

/** The same for commands with JSON output. Errors: also where a lookup failed, which the command itself only prints as a name. */
export async function runBatonJson<T>(
  tools: OfficialTools,
  schema: z.ZodType<T>,
  file: string,
  args: readonly string[],
): Promise<T> {
  const text = await runBaton(tools, file, [...args, '--output-format', 'json'])
  const missing = /"MISSING [^"]*"/.exec(text)
  if (missing) throw new Error(`baton ${args.join(' ')} shows ${missing[0]}`)
  return schema.parse(JSON.parse(text))
}
