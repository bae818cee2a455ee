import { ConnectorError } from '../ground/errors.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { firstWords, membersOf } from './command-shape.ts'
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
  /** The first word of several commands, without a second. */
  | { readonly family: string }

/**
 * The command that the first words name, with the words behind it; `undefined` where there are none: that is the program itself.
 *
 * Errors: `invalid-argument` where there is no such command, with the nearest. It comes alone, since nothing else on the line can be judged then.
 */
export function findCommand(words: readonly Word[], grammar: Grammar): Found | undefined {
  const [first, second, ...rest] = words
  if (!first) return undefined
  const { commands } = grammar
  const member = second && commands.find(({ name }) => name === `${first.text} ${second.text}`)
  if (member) return { shape: member, words: rest }
  const shape = commands.find(({ name }) => name === first.text)
  if (shape) return { shape, words: words.slice(1) }
  const members = membersOf(commands, first.text)
  if (members.length === 0) throw unknownCommand(first, firstWords(commands), grammar)
  if (second) throw unknownCommand(second, members, grammar, `${first.text} `)
  return { family: first.text }
}

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
