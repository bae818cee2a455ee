import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileMapping } from '../../../../src/scim/map/compile-mapping.ts'
import { evaluate } from '../../../../src/scim/map/evaluate.ts'
import type { AttributeMapping } from '../../../../src/scim/map/mapping.ts'
import type { SourceAttributes } from '../../../../src/scim/model.ts'

const NAMES: readonly AttributeMapping[] = [
  { target: 'externalId', source: '[objectId]' },
  { target: 'userName', source: 'ToLower([userPrincipalName])' },
]

const circumstances = {
  softDeleted: false,
  now: new Date('2026-11-30T12:00:00Z'),
  random: (length: number) => new Uint8Array(length),
}

function mapped(lines: readonly AttributeMapping[], attributes: SourceAttributes, softDeleted = false) {
  const result = compileMapping('user', [...NAMES, ...lines], { profile: 'twingate' })
  if ('problems' in result) throw new Error(result.problems.map(({ text }) => text).join('; '))
  return evaluate(result.mapping, { id: 'u1', attributes }, { ...circumstances, softDeleted })
}

const ADA = { userPrincipalName: 'Ada@acme.example', givenName: 'Ada' }

describe('a mapping', () => {
  it('gives what expressions come to', () => {
    expect(mapped([{ target: 'name.givenName', source: '[givenName]' }], ADA).values).toEqual({
      externalId: 'u1',
      userName: 'ada@acme.example',
      'name.givenName': 'Ada',
    })
  })

  it('says active as a boolean, however the expression spells it', () => {
    const active = (source: string, softDeleted: boolean) =>
      mapped([{ target: 'active', source }], ADA, softDeleted).values['active']
    expect(active('Not([IsSoftDeleted])', false)).toBe(true)
    expect(active('Switch([IsSoftDeleted], , "False", "True", "True", "False")', true)).toBe(false)
  })

  it('leaves alone what is empty, with the reason', () => {
    const { values, leftOut } = mapped([{ target: 'name.familyName', source: '[surname]' }], ADA)
    expect(values).not.toHaveProperty('name.familyName')
    expect(leftOut).toEqual([{ path: 'name.familyName', reason: 'is empty at the source', isFault: false }])
  })

  it('keeps defaults and what applies at a create away from later comparisons', () => {
    const { values, onCreate } = mapped(
      [
        { target: 'name.familyName', source: '[surname]', default: 'Unknown' },
        { target: 'name.givenName', source: '[givenName]', apply: 'create' },
      ],
      ADA,
    )
    expect(Object.keys(values)).toEqual(['externalId', 'userName'])
    expect(onCreate).toEqual({ 'name.familyName': 'Unknown', 'name.givenName': 'Ada' })
  })

  it('refuses an object without an attribute that every one needs', () => {
    expect(mapped([], { mail: 'x' }).refusal).toBe(
      'userName, which every user needs, has no value, as what it needs is empty',
    )
  })
})

describe('values that a create chooses', () => {
  it('come as candidates in their order, each once, without empty ones', () => {
    const source = 'SelectUniqueValue([givenName], [missing], Append([givenName], "2"), [givenName])'
    const { values, candidates } = mapped([{ target: 'name.givenName', source, apply: 'create' }], ADA)
    expect(candidates).toEqual({ 'name.givenName': ['Ada', 'Ada2'] })
    expect(values).not.toHaveProperty('name.givenName')
  })
})

describe('whatever the source holds', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.array(fc.string({ unit: 'binary' })),
    fc.constantFrom('__proto__', 'True', ''),
  )
  const lines: readonly AttributeMapping[] = [
    { target: 'active', source: '[a]' },
    { target: 'name.givenName', source: 'Left([b], [a])' },
    { target: 'name.familyName', source: 'Switch([c], [b], [a], Item([b], [c]))', default: 'x' },
    { target: 'title', source: 'FormatDateTime([a], , [b], [c])' },
  ]

  it('is worked out or left out, never thrown, and nothing empty is provisioned', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'userPrincipalName', '__proto__'), odd),
        (attributes) => {
          const { values, onCreate, leftOut } = mapped(lines, attributes)
          const paths = [...Object.keys(values), ...Object.keys(onCreate), ...leftOut.map(({ path }) => path)]
          expect(paths.sort()).toEqual([
            'active',
            'externalId',
            'name.familyName',
            'name.givenName',
            'title',
            'userName',
          ])
          expect([...Object.values(values), ...Object.values(onCreate)]).not.toContain('')
          if ('active' in values) expect(values['active']).toBeTypeOf('boolean')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('says what is wrong with a value', () => {
    expect(mapped([{ target: 'active', source: '[givenName]' }], ADA).leftOut).toEqual([
      { path: 'active', reason: 'has no value, as it is neither True nor False', isFault: true },
    ])
    expect(mapped([{ target: 'title', source: '[roles]' }], { ...ADA, roles: ['a', 'b'] }).leftOut).toEqual([
      {
        path: 'title',
        reason: 'has no value, as it has 2 values where one belongs; choose with Item or put them together with Join',
        isFault: true,
      },
    ])
  })
})
