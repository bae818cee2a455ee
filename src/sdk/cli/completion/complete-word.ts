import { asCalled } from '../command-line.ts'
import { type ArgumentShape, firstWords, type Grammar, nextWords } from '../command-shape.ts'
import { findCommand } from '../find-command.ts'
import { type SplitArguments, splitArguments } from '../split-arguments.ts'
import type { FlagTexts } from '../../settings/setting.ts'

/** More than anybody reads. */
const MOST = 1000

/**
 * What may stand in place of the last of `words`, which begin behind the program's name: a command, or a name of what the command takes there.
 *
 * Shape: those that begin as typed, else those that do in another case; none where any text may stand.
 * Errors: `invalid-argument` for a command that there is not; those of `namesOf`.
 */
export async function completeWord(
  words: readonly string[],
  grammar: Grammar,
  namesOf: (types: readonly string[], flags: FlagTexts) => Promise<Iterable<string>>,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? ''
  const own = grammar.commands.flatMap(({ flags = [] }) => flags)
  const split = splitArguments(words.slice(0, -1), [...grammar.fields, ...own], firstWords(grammar.commands))
  const place = placeOf(split, grammar)
  const names =
    place?.names === undefined ? (place?.allowed ?? []) : [...new Set(await namesOf(place.names, split.flags))].sort()
  const begins = names.filter((name) => name.startsWith(typed))
  const folded = typed.toLowerCase()
  return (begins.length > 0 ? begins : names.filter((name) => name.toLowerCase().startsWith(folded))).slice(0, MOST)
}

/** What the next word stands for. */
function placeOf(
  { words, flags }: SplitArguments,
  grammar: Grammar,
): Pick<ArgumentShape, 'names' | 'allowed'> | undefined {
  const found = findCommand(words, grammar)
  if (!found) return { allowed: firstWords(grammar.commands) }
  if ('family' in found) return { allowed: nextWords(grammar.commands, found.family) }
  const places = asCalled(found.shape, flags).arguments ?? []
  const last = places.at(-1)
  return places[found.words.length] ?? (last?.many === true ? last : undefined)
}
