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
    expect(mapped([], { mail: 'x' }).refusal).toBe('userName, which every user needs, is empty at the source')
  })
})
