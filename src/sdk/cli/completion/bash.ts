import type { CompletionModel, FlagModel } from './model.ts'

/** For `source <(baton-twingate completion bash)`. Needs nothing but bash itself. */
export function bashScript({ program, commands, flags }: CompletionModel): string {
  const name = `_${program.replaceAll('-', '_')}`
  const names = flags.map((flag) => `--${flag.name}`).join(' ')
  const values = [...flags, ...commands.flatMap((command) => command.flags)].flatMap((flag) => valueCase(flag))
  const args = commands.flatMap(({ name: command, next }) =>
    next.length > 0 ? [`    ${command}) COMPREPLY=($(compgen -W '${next.join(' ')}' -- "$current")); return ;;`] : [],
  )
  const own = commands.flatMap(({ name: command, flags: of }) =>
    of.length > 0 ? [`    ${command}) names+=' ${of.map((flag) => `--${flag.name}`).join(' ')}' ;;`] : [],
  )
  return `# bash completion for ${program}
${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # Bash splits --flag=value into three words.
  if [[ $current == '=' ]]; then current=''; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $previous in
${[...values, ...args].join('\n')}
  esac
  if [[ $current == -* ]]; then
    local names='${names}'
    case \${COMP_WORDS[1]} in
${own.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$names" -- "$current"))
  elif ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${commands.map((command) => command.name).join(' ')}' -- "$current"))
  fi
}
complete -o filenames -F ${name} ${program}
`
}

function valueCase({ name, shorthand, takes }: FlagModel): readonly string[] {
  if (takes === 'nothing') return []
  const pattern = shorthand === undefined ? `--${name}` : `--${name}|-${shorthand}`
  const reply = {
    text: '',
    file: 'COMPREPLY=($(compgen -f -- "$current")); ',
    directory: 'COMPREPLY=($(compgen -d -- "$current")); ',
  }
  const action =
    typeof takes === 'string' ? reply[takes] : `COMPREPLY=($(compgen -W '${takes.join(' ')}' -- "$current")); `
  return [`    ${pattern}) ${action}return ;;`]
}
