import type { CompletionModel, FlagModel } from './model.ts'

/** For a file `_baton-twingate` on zsh's `fpath`, or `source <(…)` after `compinit`. */
export function zshScript({ program, commands, flags }: CompletionModel): string {
  const name = `_${program.replaceAll('-', '_')}`
  const summaries = commands.map((command) => `    '${command.name}:${escape(command.summary)}'`)
  const args = commands.flatMap(({ name: command, next, flags: own }) => {
    const word = next.length > 0 ? [`'1:word:(${next.join(' ')})'`] : []
    const specs = [...own.flatMap(flagSpecs), ...word]
    return specs.length > 0 ? [`        ${command}) _arguments ${specs.join(' ')} ;;`] : []
  })
  return `#compdef ${program}
${name}() {
  local state
  local -a commands=(
${summaries.join('\n')}
  )
  _arguments \\
${flags
  .flatMap(flagSpecs)
  .map((spec) => `    ${spec} \\`)
  .join('\n')}
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${args.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${program} ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`
}

function flagSpecs({ name, shorthand, description, takes }: FlagModel): readonly string[] {
  const actions = { text: ':text: ', file: ':file:_files', directory: ':directory:_files -/' }
  const value = takes === 'nothing' ? '' : typeof takes === 'string' ? actions[takes] : `:value:(${takes.join(' ')})`
  const text = `[${escape(description)}]${value}`
  const long = `'--${name}${takes === 'nothing' ? '' : '='}${text}'`
  return shorthand === undefined ? [long] : [long, `'-${shorthand}${text}'`]
}

/** Inside single quotes and brackets of a specification. */
const escape = (text: string): string => text.replaceAll(/[\\[\]:]/g, '\\$&').replaceAll("'", `'\\''`)
