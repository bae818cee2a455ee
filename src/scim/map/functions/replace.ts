import { cachedPattern } from '../regex/cached-pattern.ts'
import type { Match, Pattern } from '../regex/pattern.ts'
import { MAX_MATCHED_CHARS } from '../regex/pattern.ts'
import type { Result } from '../value.ts'
import { Fault } from '../value.ts'
import { MAX_TEXT_CHARS } from './convert.ts'
import type { ArgumentProblem, ConstantArgument } from './define.ts'
import { defineFunction } from './define.ts'

const FORMS = `Replace takes one of five forms: oldValue with replacementValue, oldValue with template, regexPattern with replacementValue, \
regexPattern with regexGroupName and replacementValue, or regexPattern with regexGroupName and replacementAttributeName`

/** Which of the arguments after the source are given, in their order: oldValue, regexPattern, regexGroupName, replacementValue, replacementAttributeName, template. */
const GIVEN: ReadonlySet<string> = new Set(['o__r__', 'o____t', '_p_r__', '_pgr__', '_pg_a_'])

export const REPLACE = defineFunction({
  name: 'Replace',
  summary:
    'Replaces a text, or what a regular expression finds; puts the source into a template; or takes a part of another attribute where the source is empty',
  parameters: [
    { name: 'source', type: 'text', nullable: true },
    { name: 'oldValue', type: 'text', optional: true },
    { name: 'regexPattern', type: 'text', optional: true },
    { name: 'regexGroupName', type: 'text', optional: true },
    { name: 'replacementValue', type: 'text', optional: true },
    { name: 'replacementAttributeName', type: 'text', optional: true },
    { name: 'template', type: 'text', optional: true },
  ],
  returns: 'text',
  check: checkReplace,
  call([source, oldValue, regex, groupName, replacement, other, template]): Result {
    if (regex === null) {
      if (oldValue === null || oldValue === '') return source
      if (source === null) return null
      return template === null ? replaceText(source, oldValue, replacement) : replaceText(template, oldValue, source)
    }
    const compiled = cachedPattern(regex)
    if ('problem' in compiled) return new Fault(`regexPattern ${compiled.problem}`)
    const { pattern } = compiled
    if (groupName !== null && !pattern.groupNames.has(groupName))
      return new Fault(`regexPattern has no group ${groupName}`)
    if (replacement === null) return takePart(source, other, pattern, groupName)
    if (source === null) return null
    if (source.length > MAX_MATCHED_CHARS) return tooLong('source')
    return replaceMatches(source, pattern, (match) =>
      groupName === null
        ? { ...match, text: expand(replacement, match, source) }
        : { ...(match.group(groupName) ?? NOWHERE), text: replacement },
    )
  },
})

function checkReplace(constants: readonly ConstantArgument[]): ArgumentProblem | undefined {
  const given = Array.from('opgrat', (letter, i) =>
    constants[i + 1] === null || i + 1 >= constants.length ? '_' : letter,
  ).join('')
  if (!GIVEN.has(given)) return { argument: undefined, text: FORMS }
  const [, oldValue, regex, group] = constants
  if (oldValue === '') return { argument: 1, text: 'must not be empty' }
  if (typeof regex !== 'string') return undefined
  const compiled = cachedPattern(regex)
  if ('problem' in compiled) return { argument: 2, text: compiled.problem }
  return typeof group === 'string' && !compiled.pattern.groupNames.has(group)
    ? { argument: 3, text: `names a group ${group} that regexPattern has not` }
    : undefined
}

const tooLong = (name: string): Fault =>
  new Fault(`${name} has more than ${MAX_MATCHED_CHARS} characters, too many for a regular expression`)

/** Counts before it replaces, so that no text grows beyond all bounds. */
function replaceText(text: string, sought: string, replacement: string | null): Result {
  if (replacement === null) return null
  const parts = text.split(sought)
  const length = text.length + (parts.length - 1) * (replacement.length - sought.length)
  return length > MAX_TEXT_CHARS
    ? new Fault(`the text has more than ${MAX_TEXT_CHARS} characters`)
    : parts.join(replacement)
}

/** The source, or, where that is empty, a part of another attribute. */
function takePart(source: string | null, other: string | null, pattern: Pattern, groupName: string | null): Result {
  if (source !== null && source !== '') return source
  if (other === null || groupName === null) return null
  if (other.length > MAX_MATCHED_CHARS) return tooLong('replacementAttributeName')
  for (const match of pattern.matches(other)) {
    const part = match.group(groupName)
    if (part) return other.slice(part.start, part.end)
  }
  return null
}

interface Piece {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Of a group that took no part. */
const NOWHERE = { start: -1, end: -1 }

function replaceMatches(source: string, pattern: Pattern, pieceOf: (match: Match) => Piece): Result {
  let replaced = ''
  let from = 0
  for (const match of pattern.matches(source)) {
    const { start, end, text } = pieceOf(match)
    if (start < from) continue
    replaced += source.slice(from, start) + text
    from = end
    if (replaced.length > MAX_TEXT_CHARS) return new Fault(`the text has more than ${MAX_TEXT_CHARS} characters`)
  }
  return replaced + source.slice(from)
}

/** `${name}`, `$1`, `$0` and `$$` in a replacement; what is no group stays as it is. */
const expand = (replacement: string, match: Match, source: string): string =>
  replacement.replace(/\$(?:\$|(\d{1,2})|\{(\w+)\})/g, (whole: string, number?: string, name?: string) => {
    if (whole === '$$') return '$'
    const reference = number ?? name ?? ''
    const part = match.group(/^\d+$/.test(reference) ? Number(reference) : reference)
    return part ? source.slice(part.start, part.end) : ''
  })
