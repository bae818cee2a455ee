import { ConnectorError } from '../ground/errors.ts'
import type { Field } from '../settings/field.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { firstWords, membersOf, usageOf } from './command-shape.ts'
import { findCommand, type Found, type FoundCommand } from './find-command.ts'
import type { Problem } from '../settings/problem.ts'
import type { FlagTexts } from '../settings/setting.ts'
import { type SplitArguments, splitArguments, type Word } from './split-arguments.ts'

export interface CommandLine {
  /** Full name of the subcommand; `undefined` for the program without one, and for `sync`, which is the same. */
  readonly command: string | undefined
  /** What was given for the subcommand's arguments. */
  readonly words: readonly string[]
  /** The settings' flags. */
  readonly flags: FlagTexts
  /** The subcommand's own flags. */
  readonly own: FlagTexts
  readonly problems: readonly Problem[]
}

/** A question about the program, in place of a run. `topic` is the full name of a command or the first word of several; absent for all of it. */
export type Question = { readonly asks: 'version' } | { readonly asks: 'help'; readonly topic?: string }

/**
 * Reads the command line to its end, whatever is wrong with it.
 *
 * Errors: `invalid-argument` for a command that there is not, see `findCommand`, and for the first word of several without a second.
 */
export function readCommandLine(argv: readonly string[], grammar: Grammar): CommandLine | Question {
  const { commands, fields } = grammar
  const split = splitArguments(argv, [...fields, ...ownFields(commands)], firstWords(commands))
  if (split.asks === 'version') return { asks: 'version' }
  const [first, ...rest] = split.words
  if (first?.text === 'help') return help(findCommand(rest, grammar))
  const found = findCommand(split.words, grammar)
  if (split.asks === 'help') return help(found)
  if (nameOf(found) === 'version') return { asks: 'version' }
  if (found && 'family' in found) throw missingMember(found.family, grammar)
  return lineOf(split, found, grammar)
}

function help(found: Found | undefined): Question {
  const topic = nameOf(found)
  return topic === undefined || topic === 'help' ? { asks: 'help' } : { asks: 'help', topic }
}

const nameOf = (found: Found | undefined): string | undefined =>
  found && ('family' in found ? found.family : found.shape.name)

/** The flags of all commands. Flags of the same name either all take a value or none does. */
const ownFields = (commands: readonly CommandShape[]): readonly Field[] =>
  commands.flatMap((command) => command.flags ?? [])

function lineOf(split: SplitArguments, found: FoundCommand | undefined, grammar: Grammar): CommandLine {
  const { flags, problems } = split
  const shape = found && asCalled(found.shape, flags)
  const words = found?.words ?? []
  const names = new Set(grammar.fields.map(({ name }) => name))
  const own = shape?.flags ?? []
  const strange = [...flags.keys()].filter((name) => !names.has(name) && !own.some((field) => field.name === name))
  return {
    command: shape?.name === 'sync' ? undefined : shape?.name,
    words: words.slice(0, mostWords(shape)).map(({ text }) => text),
    flags: new Map([...flags].filter(([name]) => names.has(name))),
    own: new Map([...flags].filter(([name]) => own.some((field) => field.name === name))),
    problems: [
      ...problems,
      ...strange.map((name) => strangeFlag(name, shape, grammar)),
      ...(shape ? [...missingWords(shape, words), ...wordsTooMany(shape, words)] : []),
    ],
  }
}

/** The command with the arguments that these flags leave it. */
export const asCalled = (shape: CommandShape, flags: FlagTexts): CommandShape =>
  shape.withFlag && flags.has(shape.withFlag.flag) ? { ...shape, arguments: shape.withFlag.arguments } : shape

function strangeFlag(name: string, shape: CommandShape | undefined, { commands, name: program }: Grammar): Problem {
  const owners = commands.filter(({ flags = [] }) => flags.some((field) => field.name === name))
  const where = shape ? `not taken by ${shape.name}` : 'not taken without a command'
  return {
    subject: `--${name}`,
    text: `${where}; it belongs to ${owners.map((owner) => `${program} ${owner.name}`).join(', ')}`,
  }
}

function missingMember(family: string, { commands, name }: Grammar): ConnectorError {
  const members = membersOf(commands, family).join(', ')
  return new ConnectorError(
    'invalid-argument',
    'command line',
    `${family} needs one of ${members}; see ${name} ${family} --help`,
  )
}

const mostWords = (shape: CommandShape | undefined): number =>
  shape?.arguments?.at(-1)?.many === true ? Infinity : (shape?.arguments?.length ?? 0)

function wordsTooMany(shape: CommandShape, words: readonly Word[]): readonly Problem[] {
  const [first] = words.slice(mostWords(shape))
  if (!first) return []
  const wanted = shape.arguments?.length ?? 0
  const takes = wanted === 0 ? 'no words' : wanted === 1 ? 'one word' : `${wanted} words`
  const hint = wanted === 0 ? '' : '; put a name with blanks into quotes'
  return [{ subject: shape.name, text: `takes ${takes} behind it; word ${first.at} is one too many${hint}` }]
}

function missingWords(shape: CommandShape, words: readonly Word[]): readonly Problem[] {
  return (shape.arguments ?? []).flatMap(({ name, allowed, otherwise, many, optional }, i) => {
    const word = words[i]?.text
    if (word === undefined && optional === true) return []
    const subject = `${shape.name} <${name}>`
    if (allowed && (word === undefined || !allowed.includes(word)))
      return [
        { subject, text: `must be one of ${allowed.join(', ')}${otherwise === undefined ? '' : `; ${otherwise}`}` },
      ]
    if (word === undefined) return [{ subject, text: `is missing; write ${shape.name} ${usageOf(shape)}` }]
    return (many === true ? words.slice(i) : [words[i]]).some((given) => given?.text.trim() === '')
      ? [{ subject, text: 'must not be empty' }]
      : []
  })
}
