import { describe, expect, it } from 'vitest'
import type { MappingRules } from '../../../../src/scim/map/compile-mapping.ts'
import { compileMapping } from '../../../../src/scim/map/compile-mapping.ts'
import type { AttributeMapping, ObjectMapping } from '../../../../src/scim/map/mapping.ts'
import type { Kind } from '../../../../src/scim/model.ts'

const USER: readonly AttributeMapping[] = [
  { target: 'externalId', source: '[objectId]' },
  { target: 'userName', source: '[mail]' },
]

const compile = (lines: readonly AttributeMapping[], rules: Partial<MappingRules> = {}, kind: Kind = 'user') =>
  compileMapping(kind, lines, { profile: 'twingate', ...rules })

const problems = (...call: Parameters<typeof compile>): readonly string[] => {
  const result = compile(...call)
  return 'problems' in result
    ? result.problems.map(({ line, key, text }) => `${line ?? '-'} ${key ?? '-'} ${text}`)
    : []
}

const mapping = (...call: Parameters<typeof compile>): ObjectMapping => {
  const result = compile(...call)
  if ('problems' in result) throw new Error(result.problems.map(({ text }) => text).join('; '))
  return result.mapping
}

describe('a mapping', () => {
  it.each<[string, AttributeMapping, string]>([
    ['an id', { target: 'id', source: '[x]' }, '2 target id: is not set by provisioning; leave it out'],
    [
      'members',
      { target: 'members', source: '[x]' },
      '2 target members: members come from the memberships of the source',
    ],
    ['a doubled target', { target: 'userName', source: '[x]' }, '2 target userName is mapped twice'],
    ['a doubled target in other spelling', { target: 'USERNAME', source: '[x]' }, '2 target userName is mapped twice'],
    [
      'a list as a whole',
      { target: 'emails', source: '[x]' },
      '2 target emails: is a list; name an entry and what of it to set, for example emails[type eq "work"].value',
    ],
    ['neither source nor constant', { target: 'active' }, '2 - active needs either a source or a constant'],
    [
      'both',
      { target: 'name.givenName', source: '[x]', constant: 'y' },
      '2 - name.givenName needs either a source or a constant',
    ],
    [
      'a default of a constant',
      { target: 'name.givenName', constant: 'y', default: 'z' },
      '2 default name.givenName has a constant, so its default is never used',
    ],
    [
      'a text for active',
      { target: 'active', constant: 'true' },
      '2 constant active takes true or false, without quotes',
    ],
    [
      'a boolean for a text',
      { target: 'name.givenName', source: '[x]', default: true },
      '2 default name.givenName takes a text; put it in quotes',
    ],
    [
      'an empty constant',
      { target: 'name.givenName', constant: '' },
      '2 constant an empty constant of name.givenName sets nothing; leave it out',
    ],
    [
      'a broken expression',
      { target: 'name.givenName', source: 'Lft([x], 1)' },
      '2 source the expression of name.givenName, column 1: there is no function Lft; did you mean Left?',
    ],
    [
      'a random value at each run',
      { target: 'name.givenName', source: 'Guid()' },
      '2 source the expression of name.givenName gives another value each time; say apply: create, so that it is set once',
    ],
    [
      'a match by a name',
      { target: 'name.givenName', source: '[x]', matching: 1 },
      '2 matching users are matched by externalId or userName, not by name.givenName',
    ],
  ])('refuses %s', (_, line, expected) => expect(problems([...USER, line])).toEqual([expected]))

  it('needs what every object at the target needs', () => {
    expect(problems([{ target: 'userName', source: '[mail]' }])).toEqual([
      '- - users need externalId, which no line of the mapping fills',
    ])
    expect(problems([{ target: 'userName', source: '[mail]' }], { profile: 'generic' })).toEqual([])
    expect(problems([{ target: 'externalId', source: '[id]' }], {}, 'group')).toEqual([
      '- - groups need displayName, which no line of the mapping fills',
    ])
  })

  it('is matched as match says, else by number, else by external id and name', () => {
    const numbered = [
      { ...USER[0], target: 'externalId', matching: 2 },
      { ...USER[1], target: 'userName', matching: 1 },
    ]
    expect(mapping(USER).match).toEqual(['externalId', 'userName'])
    expect(mapping(numbered).match).toEqual(['userName', 'externalId'])
    expect(mapping(USER, { match: ['userName'] }).match).toEqual(['userName'])
    expect(problems(numbered, { match: ['userName'] })).toEqual([
      '0 matching the order of matching is in match already; keep one of them',
      '1 matching the order of matching is in match already; keep one of them',
    ])
    expect(problems([{ target: 'userName', source: '[mail]' }], { profile: 'generic', match: ['externalId'] })).toEqual(
      ['- - users are matched by externalId, which no line of the mapping fills'],
    )
  })

  it('is not matched by a value that each create chooses', () => {
    const lines: readonly AttributeMapping[] = [
      { target: 'externalId', source: '[objectId]' },
      { target: 'userName', source: 'SelectUniqueValue([a], [b])', apply: 'create' },
    ]
    expect(problems(lines)).toEqual([
      '- - userName gets another value at each create, so that nothing can be matched by it',
    ])
    expect(problems(lines, { match: ['externalId'] })).toEqual([])
  })

  it('warns of what Twingate does not document, and where nobody can be disabled', () => {
    expect(mapping([...USER, { target: 'name.givenNme', source: '[x]' }]).warnings).toEqual([
      'Twingate does not document the attribute name.givenNme of users; did you mean name.givenName?',
      'The mapping of users has no active, so that nobody can be disabled',
    ])
    expect(
      mapping([...USER, { target: 'title', source: '[x]' }, { target: 'active', constant: true }], {
        profile: 'generic',
      }).warnings,
    ).toEqual([])
  })

  it('knows what it reads and what logs must not show', () => {
    const { reads, hidden } = mapping([
      ...USER,
      { target: 'active', source: 'Not([IsSoftDeleted])' },
      { target: 'title', source: 'Redact(Left([jobTitle], 3))' },
    ])
    expect(reads).toEqual(['mail', 'jobTitle'])
    expect([...hidden]).toEqual(['title'])
  })

  it('leaves the URN of the core schema out of paths', () => {
    const path = 'urn:ietf:params:scim:schemas:core:2.0:User:username'
    expect(
      mapping([
        { target: 'externalId', source: '[a]' },
        { target: path, source: '[b]' },
      ]).attributes[1]?.path,
    ).toBe('userName')
  })
})
