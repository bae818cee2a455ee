import { COMPLETE } from './complete-command.ts'
import type { CompletionModel, FlagModel } from './model.ts'

/** For `source <(baton-twingate completion bash)`, also for `npx baton-twingate`. Needs nothing but bash itself. */
export function bashScript({ program, commands, flags }: CompletionModel): string {
  const name = `_${program.replaceAll('-', '_')}`
  const names = flags.map((flag) => `--${flag.name}`).join(' ')
  const values = [...flags, ...commands.flatMap((command) => command.flags)].flatMap((flag) => valueCase(flag))
  const args = commands.flatMap(({ name: command, next }) =>
    next.length > 0 ? [`    ${command}) ${replyOf(next)}return ;;`] : [],
  )
  const own = commands.flatMap(({ name: command, flags: of }) =>
    of.length > 0 ? [`    ${command}) names+=' ${of.map((flag) => `--${flag.name}`).join(' ')}' ;;`] : [],
  )
  const taking = (what: string): string =>
    commands.flatMap((command) => (command.takes === what ? [command.name] : [])).join('|')
  return `# bash completion for ${program}
${name}() {
  local line=\${COMP_LINE:0:COMP_POINT} current previous='' prefix piece i
  local -a words=() program
  COMPREPLY=()
  # Bash cuts words at = : and @; here they are put together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    if [[ $i -gt 0 && -n $piece && $line == "$piece"* ]]; then words[\${#words[@]}-1]+=$piece; else words+=("$piece"); fi
    line=\${line#*"$piece"}
  done
  program=("\${words[0]}")
  if [[ \${words[0]##*/} == npx ]]; then
    if [[ \${words[1]} != ${program} ]]; then compopt -o bashdefault -o default 2> /dev/null; return; fi
    program+=("\${words[1]}")
    words=("\${words[@]:1}")
  fi
  # Quotes and what they are left out for are Bash's own matter.
  words=("\${words[@]//[\\"\\'\\\\]/}")
  current=\${words[\${#words[@]}-1]}
  if ((\${#words[@]} > 1)); then previous=\${words[\${#words[@]}-2]}; fi
  if [[ $current == --*=* ]]; then previous=\${current%%=*} current=\${current#*=}; fi
  # Bash replaces what is behind the last cut alone, and the @ with it.
  piece=\${piece//[\\"\\'\\\\]/}
  if [[ $piece == [=:@] ]]; then piece=''; fi
  prefix=\${current%"$piece"}
  prefix=\${prefix%@}
  case $previous in
${values.join('\n')}
  esac
  if ((\${#words[@]} == 3)); then case $previous in
${args.join('\n')}
  esac; fi
  if [[ $current == -* ]]; then
    local names='${names}'
    case \${words[1]} in
${own.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$names" -- "$current"))
  elif ((\${#words[@]} == 2)); then
    COMPREPLY=($(compgen -W '${commands.map((command) => command.name).join(' ')}' -- "$current"))
  else case \${words[1]} in
    -*|${taking('names')})
      while IFS= read -r piece; do COMPREPLY+=("\${piece#"$prefix"}"); done < \\
        <("\${program[@]}" ${COMPLETE} "\${words[@]:1:\${#words[@]}-2}" "$current" 2> /dev/null) ;;
    ${taking('file')}) ${replyOfFiles('-f')};;
  esac; fi
}
complete -o filenames -F ${name} ${program}
complete -p npx > /dev/null 2>&1 || complete -o filenames -F ${name} npx
`
}

function valueCase({ name, shorthand, takes }: FlagModel): readonly string[] {
  if (takes === 'nothing') return []
  const pattern = shorthand === undefined ? `--${name}` : `--${name}|-${shorthand}`
  const reply = { text: '', file: replyOfFiles('-f'), directory: replyOfFiles('-d') }
  return [`    ${pattern}) ${typeof takes === 'string' ? reply[takes] : replyOf(takes)}return ;;`]
}

const replyOf = (words: readonly string[]): string => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current")); `

const replyOfFiles = (kind: '-f' | '-d'): string => `COMPREPLY=($(compgen ${kind} -- "$current")); `
