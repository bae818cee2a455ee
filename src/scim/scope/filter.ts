import { nearest } from '../../sdk/text/edit-distance.ts'
import type { SourceAttributes, SourceValue } from '../model.ts'
import { compilePattern, MAX_MATCHED_CHARS } from '../map/regex/pattern.ts'
import type { FilterOperator } from './operators.ts'
import { FILTER_OPERATORS, findOperator, LONELY_OPERATORS } from './operators.ts'

/** One condition, as people write it. */
export interface FilterClause {
  readonly attribute: string
  readonly operator: string
  readonly value?: string | number | boolean | undefined
}

/** A filter of a scope: all of its clauses must hold. */
export interface ScopingFilter {
  readonly name?: string | undefined
  readonly all: readonly FilterClause[]
}

export interface FilterProblem {
  readonly filter: number
  readonly clause: number
  readonly key: keyof FilterClause
  /** One sentence without a full stop. */
  readonly text: string
}

/** A clause that is ready; `holds` never throws. */
export interface CompiledClause {
  readonly attribute: string
  readonly operator: FilterOperator
  readonly value: string
  holds(value: SourceValue | undefined): boolean
}

export interface CompiledFilter {
  readonly name: string
  readonly all: readonly CompiledClause[]
}

/** Checks and compiles the filters of a kind; every problem at once. */
export function compileFilters(
  filters: readonly ScopingFilter[],
): { readonly filters: readonly CompiledFilter[] } | { readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = []
  const compiled = filters.map(({ name, all }, filter) => ({
    name: name ?? `filter ${filter + 1}`,
    all: all.flatMap((entry, clause): readonly CompiledClause[] => {
      const result = compileClause(entry)
      if ('compiled' in result) return [result.compiled]
      problems.push({ filter, clause, ...result })
      return []
    }),
  }))
  return problems.length > 0 ? { problems } : { filters: compiled }
}

type ClauseResult = { readonly compiled: CompiledClause } | Pick<FilterProblem, 'key' | 'text'>

function compileClause({ attribute, operator: name, value }: FilterClause): ClauseResult {
  const operator = findOperator(name)
  if (operator === undefined) {
    const [near] = nearest(name, FILTER_OPERATORS, 1)
    return {
      key: 'operator',
      text: `there is no operator ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
    }
  }
  if (LONELY_OPERATORS.has(operator)) {
    if (value !== undefined) return { key: 'value', text: `${operator} stands without a value` }
  } else if (value === undefined || value === '') {
    return { key: 'value', text: `${operator} needs a value` }
  }
  const text = String(value ?? '')
  if (operator.startsWith('greater') && !isInteger(text))
    return { key: 'value', text: `${operator} needs a whole number` }
  const test = testOf(operator, text)
  if ('problem' in test) return { key: 'value', text: test.problem }
  return { compiled: { attribute, operator, value: text, holds: holdsFor(operator, test.test) } }
}

const isInteger = (text: string): boolean => /^-?\d{1,18}$/.test(text)

/** With several values, a clause needs one that fulfils it; a clause with `not` needs all. Without a value only `is null` holds. */
function holdsFor(operator: FilterOperator, fulfils: Test): CompiledClause['holds'] {
  if (operator === 'is null') return (value) => textsOf(value).length === 0
  const isNegative = operator.startsWith('not ')
  return (value) => {
    const texts = textsOf(value)
    if (texts.length === 0) return false
    const foldsCase = typeof value === 'boolean'
    return isNegative ? texts.every((text) => fulfils(text, foldsCase)) : texts.some((text) => fulfils(text, foldsCase))
  }
}

type Test = (text: string, foldsCase: boolean) => boolean

const same = (wanted: string): Test => {
  const folded = wanted.toLowerCase()
  return (text, foldsCase) => text === wanted || (foldsCase && text.toLowerCase() === folded)
}

function testOf(operator: FilterOperator, wanted: string): { readonly test: Test } | { readonly problem: string } {
  if (operator !== 'matches' && operator !== 'not matches') return { test: TESTS[operator](wanted) }
  const result = compilePattern(wanted)
  if ('problem' in result) return { problem: `the pattern ${result.problem}` }
  const { pattern } = result
  const isSought = operator === 'matches'
  // A text that is too long to be searched neither matches nor does not match.
  return { test: (text) => text.length <= MAX_MATCHED_CHARS && pattern.test(text) === isSought }
}

const TESTS: Readonly<Record<Exclude<FilterOperator, 'matches' | 'not matches'>, (wanted: string) => Test>> = {
  'is null': () => () => false,
  'is not null': () => () => true,
  equals: same,
  'not equals': (wanted) => {
    const is = same(wanted)
    return (text, foldsCase) => !is(text, foldsCase)
  },
  'is true': () => (text) => text.toLowerCase() === 'true',
  'is false': () => (text) => text.toLowerCase() === 'false',
  'greater than': (wanted) => (text) => isInteger(text) && BigInt(text) > BigInt(wanted),
  'greater than or equals': (wanted) => (text) => isInteger(text) && BigInt(text) >= BigInt(wanted),
  includes: (wanted) => (text) => text.includes(wanted),
  'ends with': (wanted) => (text) => text.endsWith(wanted),
  'contained in': (wanted) => (text) => wanted.includes(text),
  'not contained in': (wanted) => (text) => !wanted.includes(text),
}

function textsOf(value: SourceValue | undefined): readonly string[] {
  if (value === undefined || value === '') return []
  if (typeof value === 'object') return value.filter((text) => text !== '')
  return [typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)]
}

/** The first clause that does not hold; `undefined` where the filter holds. */
export const failingClause = (filter: CompiledFilter, attributes: SourceAttributes): CompiledClause | undefined =>
  filter.all.find(
    (clause) => !clause.holds(Object.hasOwn(attributes, clause.attribute) ? attributes[clause.attribute] : undefined),
  )

/** `department equals Sales`. */
export const clauseText = ({ attribute, operator, value }: CompiledClause): string =>
  `${attribute} ${operator}${value === '' ? '' : ` ${value}`}`
