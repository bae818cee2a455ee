import { COMPLETE } from './complete-command.ts'
import type { CompletionModel, FlagModel } from './model.ts'

/** For `~/.config/fish/completions/baton-twingate.fish`; read by hand or in config.fish it completes `npx baton-twingate`, too. */
export function fishScript({ program, commands, flags }: CompletionModel): string {
  const names = `__${program.replaceAll('-', '_')}_names`
  const taking = (what: string): string =>
    commands.flatMap((command) => (command.takes === what ? [command.name] : [])).join(' ')
  const lines = [
    `# fish completion for ${program}`,
    `function ${names}`,
    `  set -l words (commandline -opc)`,
    `  set -l run ${program}`,
    `  type -q ${program}; or set run npx ${program}`,
    `  $run ${COMPLETE} $words[2..-1] (commandline -ct) 2> /dev/null`,
    `end`,
    `complete -c ${program} -f`,
    `complete -c npx -n 'string match -q ${program} -- (commandline -opc)[2]' -f -a '(complete -C (string replace -r "^\\s*\\S*npx\\s+" "" -- (commandline -cp)))'`,
    ...commands.map(
      ({ name, summary }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, next }) =>
      next.length > 0 ? [`complete -c ${program} -n ${quote(`${SEEN} ${name}`)} -a ${quote(next.join(' '))}`] : [],
    ),
    `complete -c ${program} -n ${quote(`${SEEN} ${taking('names')}`)} -a '(${names})'`,
    `complete -c ${program} -n ${quote(`${SEEN} ${taking('file')}`)} -F`,
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
