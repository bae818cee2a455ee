import type { z } from 'zod'
import { nearest } from '../../sdk/text/edit-distance.ts'
import { maySay, refusedWord } from '../../sdk/text/refused-word.ts'
import type { KeyNames } from './key-names.ts'
import { fileKey } from './key-names.ts'

type Issue = z.core.$ZodIssue

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** In the names of the code. */
  readonly path: readonly PropertyKey[]
  /** One sentence without a full stop. */
  readonly text: string
}

/** `users.mapping entry 3, source`, as the file spells it. */
export const placeText = (path: readonly PropertyKey[]): string =>
  path
    .map((step, i) => {
      if (typeof step === 'number') return ` entry ${step + 1}`
      return `${i === 0 ? '' : typeof path[i - 1] === 'number' ? ', ' : '.'}${fileKey(String(step))}`
    })
    .join('')

/** What zod found, as sentences; the first of each place, as what follows it is mostly its consequence. */
export function problemsOf(issues: readonly Issue[], value: unknown, names: KeyNames): readonly ConfigProblem[] {
  const seen = new Set<string>()
  return issues
    .flatMap((issue) => describe(issue, value, names))
    .filter(({ path, text }) => {
      const place = text.includes('unknown') ? text : path.join('\n')
      return seen.has(place) ? false : (seen.add(place), true)
    })
}

function describe(issue: Issue, value: unknown, names: KeyNames): readonly ConfigProblem[] {
  const { path } = issue
  const given = valueAt(value, path)
  const say = (text: string): readonly ConfigProblem[] => [{ path, text: `${placeText(path)} ${text}` }]
  if (given === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom') return say('is missing')
  switch (issue.code) {
    case 'invalid_type':
      if (path.at(-1) === 'source' && Array.isArray(given))
        return say(`is a list to YAML; put the expression in quotes, such as '[${String(given[0] ?? 'mail')}]'`)
      return say(`must be ${TYPE_WORDS[issue.expected] ?? issue.expected}, not ${typeWord(given)}`)
    case 'invalid_value':
      return say(
        `must be ${oneOf(issue.values.map(String))}, not ${shown(given, issue.values.map(String))}${didYouMean(given, issue.values.map(String))}`,
      )
    case 'too_small':
      return say(
        issue.origin === 'number' || issue.origin === 'int'
          ? `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
          : 'must not be empty',
      )
    case 'too_big':
      return say(`must be at most ${issue.maximum}`)
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        unknownKey([...path, key], value, names, names.codeName(fileKey(key)) === key ? fileKey(key) : key),
      )
    case 'invalid_union': {
      const { options } = issue as { readonly options?: readonly unknown[] }
      if (options)
        return say(
          `must be ${oneOf(options.map(String))}, not ${shown(given, options.map(String))}${didYouMean(given, options.map(String))}`,
        )
      return describeUnion(issue, value, names)
    }
    default:
      return [{ path, text: path.length === 0 ? issue.message : `${placeText(path)} ${issue.message}` }]
  }
}

/** Of several forms, what is wrong with the one that fits best; the types alone where none is an object. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown, names: KeyNames) {
  const forms = issue.errors.map((errors) =>
    errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] })),
  )
  const types = forms.flatMap((errors) =>
    errors.flatMap((error) =>
      error.code === 'invalid_type' && error.path.length === issue.path.length ? error.expected : [],
    ),
  )
  if (types.length === forms.length) {
    const text = `must be ${oneOf(types.map((type) => TYPE_WORDS[type] ?? type))}, not ${typeWord(valueAt(value, issue.path))}`
    return [{ path: issue.path, text: `${placeText(issue.path)} ${text}` }]
  }
  const [best] = [...forms].sort((a, b) => a.length - b.length)
  return (best ?? []).flatMap((error) => describe(error, value, names))
}

/** What is wrong with a key that is not known at its place; `key` is how it was written. */
export function unknownKey(
  place: readonly PropertyKey[],
  value: unknown,
  names: KeyNames,
  key = String(place.at(-1)),
): ConfigProblem {
  const path = place.slice(0, -1)
  const known = names.at(path, value).map(fileKey)
  const isSaid = maySay(fileKey(key), [...known, ...known.map((name) => name.replace(/_file$/, ''))])
  const shownKey = [placeText(path), isSaid ? key : `a key of ${key.length} characters`]
    .filter(Boolean)
    .join(isSaid ? '.' : ': ')
  if (known.includes(`${fileKey(key)}_file`))
    return {
      path: place,
      text: `${shownKey}: a secret must not stand in this file; put it into a file of its own and name that with ${fileKey(key)}_file`,
    }
  const [near] = known.includes(fileKey(key)) ? [fileKey(key)] : nearest(key, known, 1)
  return {
    path: place,
    text: `${shownKey} is unknown${near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean ${near}?`}`,
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of settings',
}

function typeWord(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return TYPE_WORDS[typeof value] ?? typeof value
}

const shown = (value: unknown, allowed: readonly string[]): string =>
  typeof value === 'string' ? refusedWord(value, allowed) : typeWord(value)

function didYouMean(value: unknown, candidates: readonly string[]): string {
  const [near] = typeof value === 'string' ? nearest(value, candidates, 1) : []
  return near === undefined ? '' : `; did you mean ${near}?`
}

const oneOf = (words: readonly string[]): string => new Intl.ListFormat('en', { type: 'disjunction' }).format(words)

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (here, step) =>
      here !== null && typeof here === 'object' ? (here as Readonly<Record<PropertyKey, unknown>>)[step] : undefined,
    value,
  )
