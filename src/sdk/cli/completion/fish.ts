import type { CompletionModel, FlagModel } from './model.ts'

/** For `~/.config/fish/completions/baton-twingate.fish`. */
export function fishScript({ program, commands, flags }: CompletionModel): string {
  const lines = [
    `# fish completion for ${program}`,
    `complete -c ${program} -f`,
    ...commands.map(
      ({ name, summary }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, next }) =>
      next.length > 0 ? [`complete -c ${program} -n ${quote(`${SEEN} ${name}`)} -a ${quote(next.join(' '))}`] : [],
    ),
    ...commands.flatMap((command) =>
      command.flags.map((flag) => `complete -c ${program} -n ${quote(`${SEEN} ${command.name}`)}${flagLine(flag)}`),
    ),
    ...flags.map((flag) => `complete -c ${program}${flagLine(flag)}`),
  ]
  return `${lines.join('\n')}\n`
}

const SEEN = '__fish_seen_subcommand_from'

const flagLine = (flag: FlagModel): string => ` -l ${flag.name}${optionsOf(flag)} -d ${quote(flag.description)}`

function optionsOf({ shorthand, takes }: FlagModel): string {
  const short = shorthand === undefined ? '' : ` -s ${shorthand}`
  const values = { nothing: '', text: ' -x', file: ' -r -F', directory: ` -x -a '(__fish_complete_directories)'` }
  return short + (typeof takes === 'string' ? values[takes] : ` -x -a ${quote(takes.join(' '))}`)
}

const quote = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
