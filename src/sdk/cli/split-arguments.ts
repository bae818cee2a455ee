import type { Field } from '../settings/field.ts'
import { envNameOf, mayComeFrom } from '../settings/field.ts'
import type { Problem } from '../settings/problem.ts'
import { problemOf } from '../settings/problem.ts'
import { sdkFlagNote } from '../settings/strange-names.ts'
import type { FlagTexts } from '../settings/setting.ts'
import { didYouMean, isSlipOf } from '../text/suggest.ts'

/** A word of the command line that is no flag and no flag's value. */
export interface Word {
  readonly text: string
  /** Its place behind the program's name, from 1. */
  readonly at: number
}

export interface SplitArguments {
  readonly flags: FlagTexts
  readonly words: readonly Word[]
  readonly problems: readonly Problem[]
  /** What was asked for in place of a run. */
  readonly asks: 'help' | 'version' | undefined
}

const ASKS: Readonly<Record<string, 'help' | 'version'>> = {
  '-h': 'help',
  '--help': 'help',
  '-v': 'version',
  '--version': 'version',
}

/**
 * Tells flags, their values and words apart, to the end of the line whatever is wrong with it.
 *
 * Why: as in Go, the word after a flag that takes a value is its value, even if it begins with a dash, as a key may. Only an exact flag of this
 * program is not taken as a value, because then the value was left out. A refused word is not repeated, unless it nearly equals one of `fields`
 * or `commands`: it may be a secret under a misspelt name.
 */
export function splitArguments(
  argv: readonly string[],
  fields: readonly Field[],
  commands: readonly string[],
): SplitArguments {
  const table = flagTable(fields)
  const flags = new Map<string, readonly string[]>()
  const words: Word[] = []
  const problems: Problem[] = []
  let asks: SplitArguments['asks']
  const isKnown = (arg: string): boolean => ASKS[arg] !== undefined || table.isFlag(arg)
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? ''
    const next = argv[i + 1]
    if (arg === '--') {
      words.push(...argv.slice(i + 1).map((text, behind) => ({ text, at: i + 2 + behind })))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push({ text: arg, at: i + 1 })
      continue
    }
    if (ASKS[arg] !== undefined) {
      asks = ASKS[arg]
      continue
    }
    const { field, text = valueWithout(field) } = table.find(arg)
    if (!field) {
      problems.push(unknownFlag(arg, i + 1, fields))
      // The word behind it is most likely its value.
      const isCommand = words.length === 0 && next !== undefined && commands.includes(next)
      if (!arg.includes('=') && next?.startsWith('-') === false && !isCommand) i++
    } else if (text !== undefined) flags.set(field.name, [...(flags.get(field.name) ?? []), text])
    else if (next !== undefined && !isKnown(next)) {
      flags.set(field.name, [...(flags.get(field.name) ?? []), next])
      i++
    } else {
      flags.set(field.name, [])
      // A word such as `-h` may have been meant as the value, so it does not count as a request for help.
      if (next !== undefined && ASKS[next] !== undefined) i++
      problems.push(problemOf(field, `needs a value; one that is a flag itself is written --${field.name}=--…`))
    }
  }
  return { flags, words, problems, asks }
}

const valueWithout = (field: Field | undefined): string | undefined => (field?.kind === 'bool' ? 'true' : undefined)

interface FlagTable {
  /** The field of a flag, with the text that stands in the same word. */
  find(arg: string): { readonly field?: Field; readonly text?: string }
  /** Whether the word is a flag to the letter, perhaps with `=` and a text. */
  isFlag(arg: string): boolean
}

function flagTable(fields: readonly Field[]): FlagTable {
  const taken = fields.filter((field) => mayComeFrom(field, 'flag'))
  const byName = new Map(taken.map((field) => [`--${field.name}`, field]))
  const byLetter = new Map(
    taken.flatMap((field) => (field.shorthand === undefined ? [] : [[`-${field.shorthand}`, field]])),
  )
  const named = (arg: string): Field | undefined => byName.get(arg) ?? byLetter.get(arg)
  const find: FlagTable['find'] = (arg) => {
    const equals = arg.indexOf('=')
    const name = equals < 0 ? arg : arg.slice(0, equals)
    const field = named(name)
    if (field) return equals < 0 ? { field } : { field, text: arg.slice(equals + 1) }
    // `-fx` is `-f x`.
    const short = byLetter.get(arg.slice(0, 2))
    return short && short.kind !== 'bool' ? { field: short, text: arg.slice(2) } : {}
  }
  return { find, isFlag: (arg) => named(arg.split('=', 1)[0] ?? '') !== undefined }
}

function unknownFlag(arg: string, at: number, fields: readonly Field[]): Problem {
  const name = arg.split('=', 1)[0]?.replace(/^--?/, '') ?? ''
  const names = fields.filter((field) => mayComeFrom(field, 'flag')).map((field) => field.name)
  const note = sdkFlagNote(name)
  if (note !== undefined) return { subject: `--${name}`, text: `unknown flag: ${note}` }
  const variable = fields.find((field) => field.name === name)
  if (variable)
    return { subject: `--${name}`, text: `unknown flag; it is set by the variable ${envNameOf(variable)} alone` }
  return {
    subject: isSlipOf(name, names) ? `--${name}` : `word ${at}`,
    text: `unknown flag${didYouMean(name, names, '--') || '; see --help'}`,
  }
}
