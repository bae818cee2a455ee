import type { CompletionModel, FlagModel } from './model.ts'

/** For `~/.config/fish/completions/baton-twingate.fish`. */
export function fishScript({ program, commands, flags }: CompletionModel): string {
  const lines = [
    `# fish completion for ${program}`,
    `complete -c ${program} -f`,
    ...commands.map(
      ({ name, summary }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, argument }) =>
      argument
        ? [`complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -a ${quote(argument.allowed.join(' '))}`]
        : [],
    ),
    ...flags.map((flag) => `complete -c ${program} -l ${flag.name}${optionsOf(flag)} -d ${quote(flag.description)}`),
  ]
  return `${lines.join('\n')}\n`
}

function optionsOf({ shorthand, takes }: FlagModel): string {
  const short = shorthand === undefined ? '' : ` -s ${shorthand}`
  const values = { nothing: '', text: ' -x', file: ' -r -F', directory: ` -x -a '(__fish_complete_directories)'` }
  return short + (typeof takes === 'string' ? values[takes] : ` -x -a ${quote(takes.join(' '))}`)
}

const quote = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
