import { resolve } from 'node:path'
import { SNAPSHOT_SETTINGS } from '../../settings/catalog.ts'
import { type ConfigInput, resolveConfig } from '../../settings/resolve-config.ts'
import type { Grammar } from '../command-shape.ts'
import { completeWord } from './complete-word.ts'
import { snapshotNames } from './snapshot-names.ts'

/**
 * What may stand in place of the last of `words`, a line for each, by the snapshot alone; nothing goes over the network.
 *
 * Errors: as `completeWord`, `resolveConfig` and `openSnapshot`.
 */
export async function answerCompletion(
  words: readonly string[],
  grammar: Grammar,
  input: Omit<ConfigInput, 'flags'>,
): Promise<string> {
  const names = await completeWord(words, grammar, async (types, flags) => {
    const { values } = await resolveConfig(SNAPSHOT_SETTINGS, { ...input, flags })
    const { file } = values as Readonly<Record<string, unknown>>
    return typeof file === 'string' ? snapshotNames(resolve(input.cwd, file), types) : []
  })
  return names.map((name) => `${name}\n`).join('')
}
