import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline/promises'
import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ScimSettings } from '../config/fields.ts'
import { readTargetUrl } from '../target/target-url.ts'

/**
 * The settings with what was missing asked for on a terminal; the state stands in `folder` unless it is said.
 *
 * Errors: `invalid-argument` where something is missing and nobody can be asked; `canceled` where the terminal ends.
 */
export async function askForSettings(call: CommandCall, given: ScimSettings, folder: string): Promise<ScimSettings> {
  const settings = { ...given, state: given.state ?? join(folder, 'scim-state.db') }
  const hasSource = settings.people !== undefined || settings.source !== undefined
  if (settings.target !== undefined && hasSource) return settings
  const { process, stderr } = call
  if (process.stdin.isTTY !== true)
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      'nobody can be asked here, as standard input is no terminal; give --target, --token-file, and --people or --source',
    )
  const lines = createInterface({ input: process.stdin, signal: process.signal })
  try {
    const asker = new Asker(lines, (text) => stderr.write(text))
    const target = settings.target ?? (await asker.ask('Address of the SCIM endpoint', urlProblem))
    const token = settings['token-file'] ?? (await asker.ask('File that holds its token (empty: BATON_SCIM_TOKEN)'))
    const asked = { ...settings, target, 'token-file': orNothing(token) }
    if (hasSource) return asked
    const people = await asker.ask('csv file of people', (text) => (text === '' ? 'a file is needed' : undefined))
    const groups = orNothing(await asker.ask('csv file of groups (empty: users alone)'))
    const members =
      groups === undefined
        ? undefined
        : await asker.ask('csv file of members of groups', (text) =>
            text === '' ? 'groups need their members' : undefined,
          )
    return { ...asked, people, groups, members }
  } finally {
    lines.close()
  }
}

const orNothing = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

function urlProblem(text: string): string | undefined {
  const result = readTargetUrl(text)
  return 'problem' in result ? `it ${result.problem}` : undefined
}

/** Asks until an answer will do. */
class Asker {
  readonly #lines: AsyncIterator<string>
  readonly #write: (text: string) => void

  constructor(lines: Interface, write: (text: string) => void) {
    this.#lines = lines[Symbol.asyncIterator]()
    this.#write = write
  }

  async ask(question: string, problemOf: (text: string) => string | undefined = () => undefined): Promise<string> {
    for (;;) {
      this.#write(`${question}: `)
      const line = await this.#lines.next()
      if (line.done === true)
        throw new ConnectorError('canceled', 'ask', 'the terminal ended before everything was said')
      const text = line.value.trim()
      const problem = problemOf(text)
      if (problem === undefined) return text
      this.#write(`${problem}\n`)
    }
  }
}
