import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SourceValue } from '../../../../src/scim/model.ts'
import type { FilterClause } from '../../../../src/scim/scope/filter.ts'
import { compileFilters } from '../../../../src/scim/scope/filter.ts'
import {
  FILTER_OPERATORS,
  findOperator,
  LONELY_OPERATORS,
  OPERATOR_NAMES,
} from '../../../../src/scim/scope/operators.ts'

const holds = (operator: string, value: FilterClause['value'], given: SourceValue | undefined): boolean => {
  const result = compileFilters([{ all: [{ attribute: 'x', operator, value }] }])
  if ('problems' in result) throw new Error(result.problems.map(({ text }) => text).join('; '))
  return result.filters[0]?.all[0]?.holds(given) ?? false
}

const problem = (clause: FilterClause): string => {
  const result = compileFilters([{ all: [clause] }])
  return 'problems' in result ? result.problems.map(({ key, text }) => `${key}: ${text}`).join('; ') : 'none'
}

describe('a clause', () => {
  it.each<[string, FilterClause['value'], SourceValue | undefined, boolean]>([
    ['EQUALS', 'Sales', 'Sales', true],
    ['EQUALS', 'Sales', 'sales', false],
    ['EQUALS', 'Sales', undefined, false],
    ['EQUALS', 5, '5', true],
    ['EQUALS', 5, 5, true],
    ['EQUALS', 'true', true, true],
    ['EQUALS', 'a', ['b', 'a'], true],
    ['NOT EQUALS', 'Sales', 'IT', true],
    ['NOT EQUALS', 'Sales', 'Sales', false],
    ['NOT EQUALS', 'Sales', undefined, false],
    ['NOT EQUALS', 'Sales', '', false],
    ['NOT EQUALS', 'a', ['b', 'a'], false],
    ['NOT EQUALS', 'a', ['b', 'c'], true],
    ['IS TRUE', undefined, true, true],
    ['IS TRUE', undefined, 'True', true],
    ['IS TRUE', undefined, false, false],
    ['IS TRUE', undefined, undefined, false],
    ['IS FALSE', undefined, false, true],
    ['IS FALSE', undefined, 'false', true],
    ['IS FALSE', undefined, undefined, false],
    ['IS NULL', undefined, undefined, true],
    ['IS NULL', undefined, '', true],
    ['IS NULL', undefined, [], true],
    ['IS NULL', undefined, 'x', false],
    ['IS NOT NULL', undefined, 'x', true],
    ['IS NOT NULL', undefined, false, true],
    ['IS NOT NULL', undefined, undefined, false],
    ['REGEX MATCH', String.raw`.*\@domain.com`, 'ada@domain.com', true],
    ['REGEX MATCH', '([1-9][0-9])', '42', true],
    ['REGEX MATCH', 'abc', 'ABC', false],
    ['REGEX MATCH', '^$', undefined, false],
    ['NOT REGEX MATCH', String.raw`.*\@domain.com`, 'ada@other.com', true],
    ['NOT REGEX MATCH', String.raw`.*\@domain.com`, 'ada@domain.com', false],
    ['NOT REGEX MATCH', 'a', undefined, false],
    ['NOT REGEX MATCH', 'a', 'b'.repeat(5000), false],
    ['Greater_Than', 5, '6', true],
    ['Greater_Than', 5, 5, false],
    ['Greater_Than', 5, 'six', false],
    ['Greater_Than', 5, '6.5', false],
    ['Greater_Than', '900719925474099100', '900719925474099101', true],
    ['Greater_Than_OR_EQUALS', 5, 5, true],
    ['Greater_Than_OR_EQUALS', 5, '4', false],
    ['Includes', 'ale', 'Sales', true],
    ['Includes', 'ALE', 'Sales', false],
    ['ENDS_WITH', '.example', 'acme.example', true],
    ['ENDS_WITH', '.example', 'acme.example.com', false],
    ['&', 'Sales, IT', 'IT', true],
    ['&', 'Sales, IT', 'HR', false],
    ['!&', 'Sales, IT', 'HR', true],
    ['!&', 'Sales, IT', 'IT', false],
    ['!&', 'Sales, IT', undefined, false],
  ])('%s %s of %s', (operator, value, given, expected) => expect(holds(operator, value, given)).toBe(expected))

  it('takes operators as Entra and as people spell them', () => {
    for (const names of Object.values(OPERATOR_NAMES))
      for (const name of names)
        for (const spelt of [name, name.toLowerCase(), name.replaceAll(' ', '_'), name.replaceAll(' ', '-')])
          expect(findOperator(spelt)).toBeDefined()
    for (const name of FILTER_OPERATORS) expect(findOperator(name)).toBe(name)
  })

  it.each<[FilterClause, string]>([
    [{ attribute: 'x', operator: 'equal', value: 'a' }, 'operator: there is no operator equal; did you mean equals?'],
    [{ attribute: 'x', operator: 'equals' }, 'value: equals needs a value'],
    [{ attribute: 'x', operator: 'is true', value: 'a' }, 'value: is true stands without a value'],
    [{ attribute: 'x', operator: 'greater than', value: 'many' }, 'value: greater than needs a whole number'],
    [{ attribute: 'x', operator: 'matches', value: '(' }, 'value: the pattern has a ( that nothing closes'],
  ])('refuses %s', (clause, expected) => expect(problem(clause)).toBe(expected))

  it('holds or not, whatever the source gives, and never without a value but for is null', () => {
    const given = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.array(fc.string()),
      fc.constant(undefined),
    )
    fc.assert(
      fc.property(fc.constantFrom(...FILTER_OPERATORS), given, (operator, value) => {
        const wanted = LONELY_OPERATORS.has(operator) ? undefined : '1'
        const result = holds(operator, wanted, value)
        const isEmpty =
          value === undefined || value === '' || (Array.isArray(value) && value.every((text) => text === ''))
        expect(isEmpty && result).toBe(isEmpty && operator === 'is null')
      }),
    )
  })
})
