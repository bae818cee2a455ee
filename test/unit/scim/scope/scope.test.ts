import { describe, expect, it } from 'vitest'
import type { ScopingFilter } from '../../../../src/scim/scope/filter.ts'
import { compileFilters } from '../../../../src/scim/scope/filter.ts'
import type { AssignmentFacts, Scope } from '../../../../src/scim/scope/scope.ts'
import { inScope, isSoftDeleted } from '../../../../src/scim/scope/scope.ts'

const scope = (settings: Partial<Omit<Scope, 'filters'>> = {}, user: readonly ScopingFilter[] = []): Scope => {
  const result = compileFilters(user)
  if ('problems' in result) throw new Error(result.problems.map(({ text }) => text).join('; '))
  return { mode: 'assigned', defaultAccess: true, ...settings, filters: { user: result.filters, group: [] } }
}

const facts = (how: AssignmentFacts['how'], onlyDefaultAccess = false): AssignmentFacts => ({ how, onlyDefaultAccess })

const reason = (...call: Parameters<typeof inScope>): string => {
  const verdict = inScope(...call)
  return `${verdict.inScope ? 'in' : verdict.cause}: it ${verdict.reason}`
}

const SALES: ScopingFilter = {
  name: 'Sales',
  all: [
    { attribute: 'department', operator: 'equals', value: 'Sales' },
    { attribute: 'country', operator: 'is not null' },
  ],
}
const ADMINS: ScopingFilter = { all: [{ attribute: 'admin', operator: 'is true' }] }

describe('the scope', () => {
  it.each([
    ['who is assigned', scope(), facts('direct'), 'in: it is in scope: it is assigned to the application'],
    [
      'a member of an assigned group',
      scope(),
      facts('group'),
      'in: it is in scope: it is a member of a group that is assigned to the application',
    ],
    [
      'who is not assigned',
      scope(),
      facts('none'),
      'unassigned: it is out of scope: it is not assigned to the application',
    ],
    [
      'who is not assigned where everything counts',
      scope({ mode: 'all' }),
      facts('none'),
      'in: it is in scope: everything at the source is',
    ],
    [
      'everybody of a source without assignments',
      scope(),
      undefined,
      'in: it is in scope: everything at the source is',
    ],
    [
      'Default Access',
      scope(),
      facts('group', true),
      'in: it is in scope: it is a member of a group that is assigned to the application',
    ],
    [
      'Default Access where that is excluded',
      scope({ defaultAccess: false }),
      facts('direct', true),
      'default-access: it is out of scope: it is not effectively entitled, as its only role is Default Access',
    ],
  ])('judges %s', (_, rules, assignment, expected) => expect(reason(rules, 'user', {}, assignment)).toBe(expected))

  it('takes who passes one filter with all of its clauses, and says why nobody else', () => {
    const rules = scope({}, [SALES, ADMINS])
    const judge = (attributes: Parameters<typeof inScope>[2]) => reason(rules, 'user', attributes, facts('direct'))
    expect(judge({ department: 'Sales', country: 'DE' })).toMatch(/^in/)
    expect(judge({ department: 'IT', admin: true })).toMatch(/^in/)
    expect(judge({ department: 'Sales' })).toBe(
      'filtered: it is out of scope: no filter holds (Sales: not country is not null; filter 2: not admin is true)',
    )
    expect(reason(rules, 'group', {}, facts('direct'))).toMatch(/^in/)
  })

  it('does not take what objects inherit for an attribute', () => {
    const rules = scope({}, [{ all: [{ attribute: 'constructor', operator: 'is not null' }] }])
    expect(reason(rules, 'user', {}, undefined)).toMatch(/^filtered/)
  })

  it('calls soft-deleted who is out of it or may not sign in', () => {
    const inside = inScope(scope(), 'user', {}, facts('direct'))
    const outside = inScope(scope(), 'user', {}, facts('none'))
    expect(
      [inside, outside].map((verdict) => [true, false, undefined].map((enabled) => isSoftDeleted(verdict, enabled))),
    ).toEqual([
      [false, true, false],
      [true, true, true],
    ])
  })
})
