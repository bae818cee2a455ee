import { createInterface } from 'node:readline/promises'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'

/**
 * Asks a person on the terminal; anything but yes is no.
 *
 * Errors: `failed-precondition` where there is nobody to ask.
 */
export async function ask({ process, stderr }: CommandCall, question: string): Promise<boolean> {
  const { stdin, signal } = process
  if (stdin.isTTY !== true)
    throw new ConnectorError(
      'failed-precondition',
      'ask',
      'nobody can be asked here, as standard input is no terminal; look at the plan and give --yes',
    )
  stderr.write(`${question} [y/N] `)
  const lines = createInterface({ input: stdin, signal })
  try {
    for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line) && !signal.aborted
    return false
  } finally {
    lines.close()
  }
}
