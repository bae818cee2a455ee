import { COMPLETE } from './complete-command.ts'
import type { CompletionModel, FlagModel, WordModel } from './model.ts'

/** For a file `_baton-twingate` on zsh's `fpath`, or `source <(…)` after `compinit`; also for `npx baton-twingate`. */
export function zshScript({ program, commands, flags }: CompletionModel): string {
  const name = `_${program.replaceAll('-', '_')}`
  const summaries = commands.map((command) => `    '${command.name}:${escape(command.summary)}'`)
  const args = commands.flatMap((command) => {
    const specs = [...command.flags.flatMap(flagSpecs), ...wordSpecs(command, name)]
    return specs.length > 0 ? [`        ${command.name}) _arguments "\${flags[@]}" ${specs.join(' ')} ;;`] : []
  })
  return `#compdef ${program}
${name}_names() {
  local -a names=("\${(@f)$("\${program[@]}" ${COMPLETE} "\${(@Q)typed}" "\${(Q)PREFIX}" 2> /dev/null)}")
  names=("\${(@)names:#}")
  # The program has chosen by the letters, whatever their case.
  compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -a names
}
${name}() {
  local state
  local -a program=("\${words[1]}")
  if [[ \${words[1]:t} == npx ]]; then
    if [[ \${words[2]} != ${program} ]]; then _default; return; fi
    program+=("\${words[2]}")
    shift words
    (( CURRENT-- ))
  fi
  # _arguments leaves out what stands before the command.
  local -a typed=("\${(@)words[2,CURRENT-1]}")
  local -a commands=(
${summaries.join('\n')}
  )
  local -a flags=(
${flags
  .flatMap(flagSpecs)
  .map((spec) => `    ${spec}`)
  .join('\n')}
  )
  # Behind the command its own flags may stand, too.
  _arguments -A '-*' "\${flags[@]}" \\
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
if [[ $funcstack[1] == _${program} ]]; then ${name} "$@"; else
  compdef ${name} ${program}
  (( $+_comps[npx] )) || compdef ${name} npx
fi
`
}

function wordSpecs({ next, takes }: WordModel, name: string): readonly string[] {
  const rest = { names: `'*:name:${name}_names'`, file: `'*:file:_files'`, text: undefined }[takes]
  return [...(next.length > 0 ? [`'1:word:(${next.join(' ')})'`] : []), ...(rest === undefined ? [] : [rest])]
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
