import { ConnectorError } from '../ground/errors.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { firstWords, membersOf, nextWords } from './command-shape.ts'
import type { Word } from './split-arguments.ts'
import { didYouMean, isSlipOf } from '../text/suggest.ts'

export interface FoundCommand {
  readonly shape: CommandShape
  /** Those behind its name. */
  readonly words: readonly Word[]
}

/** Where the words of a command line led. */
export type Found =
  | FoundCommand
  /** How several commands begin, without the words behind it. */
  | { readonly family: string }

/**
 * The command that the first words name, with the words behind it; `undefined` where there are none: that is the program itself.
 *
 * Errors: `invalid-argument` where there is no such command, with the nearest. It comes alone, since nothing else on the line can be judged then.
 */
export function findCommand(words: readonly Word[], grammar: Grammar): Found | undefined {
  const [first] = words
  if (!first) return undefined
  const { commands } = grammar
  const begin = (length: number): string =>
    words
      .slice(0, length)
      .map(({ text }) => text)
      .join(' ')
  for (let length = Math.min(words.length, MOST_WORDS); length > 0; length--) {
    const shape = commands.find(({ name }) => name === begin(length))
    if (shape) return { shape, words: words.slice(length) }
  }
  let known = 0
  while (known < words.length && membersOf(commands, begin(known + 1)).length > 0) known++
  if (known === 0) throw unknownCommand(first, firstWords(commands), grammar)
  const family = begin(known)
  const next = words[known]
  if (next) throw unknownCommand(next, nextWords(commands, family), grammar, `${family} `)
  return { family }
}

/** Words that a command's name has at most. */
const MOST_WORDS = 3

function unknownCommand(
  { text, at }: Word,
  candidates: readonly string[],
  grammar: Grammar,
  family = '',
): ConnectorError {
  // Anything else may be a secret that lost its flag.
  const named = isSlipOf(text, candidates) ? `there is no command ${family}${text}` : `word ${at} is no command`
  const hint = didYouMean(text, candidates, family) || `; see ${grammar.name} ${family}--help`
  return new ConnectorError('invalid-argument', 'command line', named + hint)
}
