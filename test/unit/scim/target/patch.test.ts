import { describe, expect, it } from 'vitest'
import type { AttributeChange } from '../../../../src/scim/model.ts'
import { createBody, putBody } from '../../../../src/scim/target/bodies.ts'
import { patchOperations } from '../../../../src/scim/target/patch.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const WORK = 'emails[type eq "work"].value'
const add = { addOperation: 'add' } as const

const operations = (attributes: Record<string, unknown>, changes: readonly AttributeChange[], spelling = add) =>
  patchOperations({ attributes }, changes, spelling)

describe('operations of a PATCH', () => {
  it('replace what stands there, add what does not, and remove only what does', () => {
    const attributes = { title: 'Lady', nickName: '', active: true, name: { givenName: 'Ada' } }
    expect(
      operations(attributes, [
        { path: 'title', after: 'Countess' },
        { path: 'nickName', after: 'Enchantress' },
        { path: 'active', after: 'False' },
        { path: 'name.familyName', after: 'Lovelace' },
        { path: 'name.givenName' },
        { path: 'locale' },
        { path: `${ENTERPRISE}:department`, after: 'Engines' },
      ]),
    ).toEqual([
      { op: 'replace', path: 'title', value: 'Countess' },
      { op: 'add', path: 'nickName', value: 'Enchantress' },
      { op: 'replace', path: 'active', value: false },
      { op: 'add', path: 'name.familyName', value: 'Lovelace' },
      { op: 'remove', path: 'name.givenName' },
      { op: 'add', path: `${ENTERPRISE}:department`, value: 'Engines' },
    ])
  })

  it('say replace for add where a server does not know add', () => {
    expect(patchOperations({ attributes: {} }, [{ path: 'title', after: 'x' }], { addOperation: 'replace' })).toEqual([
      { op: 'replace', path: 'title', value: 'x' },
    ])
  })
})

describe('the work e-mail', () => {
  const change = [{ path: WORK, after: 'new@example.com' }]
  const whole = { type: 'work', value: 'new@example.com', primary: true }

  it('is replaced by its value path where its entry stands', () => {
    expect(operations({ emails: [{ type: 'work', value: 'old' }] }, change)).toEqual([
      { op: 'replace', path: WORK, value: 'new@example.com' },
    ])
  })

  it('is added as a whole entry where there is none', () => {
    expect(operations({}, change)).toEqual([{ op: 'add', path: 'emails', value: [whole] }])
  })

  it.each([
    ['its type', [{ type: 'home', value: 'h', primary: true }], 'emails[type eq "home"].primary'],
    ['its value where it has no type', [{ value: 'h', primary: true }], 'emails[value eq "h"].primary'],
    [
      'its value where its type is not its own',
      [
        { type: 'home', value: 'h', primary: true },
        { type: 'home', value: 'i' },
      ],
      'emails[value eq "h"].primary',
    ],
  ])('takes the place of the old primary one, which is cleared by %s', (_, emails, path) => {
    expect(operations({ emails }, change)).toEqual([
      { op: 'replace', path, value: false },
      { op: 'add', path: 'emails', value: [whole] },
    ])
  })

  it('keeps the others where only the whole list can be replaced', () => {
    const emails = [{ type: 'home', value: 'h', primary: true }]
    expect(patchOperations({ attributes: { emails } }, change, { addOperation: 'replace' })).toEqual([
      { op: 'replace', path: 'emails', value: [{ type: 'home', value: 'h', primary: false }, whole] },
    ])
  })

  it('is named by its value where several are of its type, so that the others stay', () => {
    const emails = [
      { type: 'work', value: 'a' },
      { type: 'work', value: 'b', primary: true },
    ]
    expect(operations({ emails }, change)).toEqual([
      { op: 'replace', path: 'emails[value eq "b"].value', value: 'new@example.com' },
    ])
  })

  it('is removed with its entry', () => {
    expect(operations({ emails: [{ type: 'work', value: 'old' }] }, [{ path: WORK }])).toEqual([
      { op: 'remove', path: 'emails[type eq "work"]' },
    ])
    expect(operations({ emails: [{ value: 'old' }] }, [{ path: WORK }])).toEqual([
      { op: 'remove', path: 'emails[value eq "old"]' },
    ])
  })
})

it('puts all values of a new entry into one operation', () => {
  const changes = [
    { path: 'addresses[type eq "work"].locality', after: 'London' },
    { path: 'title', after: 'x' },
    { path: 'addresses[type eq "work"].country', after: 'GB' },
  ]
  expect(operations({}, changes)).toEqual([
    { op: 'add', path: 'title', value: 'x' },
    { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'London', country: 'GB' }] },
  ])
})

describe('the body of a create', () => {
  it('holds the URNs of what is sent, real booleans, and no members', () => {
    expect(
      createBody('user', {
        externalId: '1',
        userName: 'ada',
        active: 'True',
        'name.givenName': 'Ada',
        [WORK]: 'ada@example.com',
        'phoneNumbers[type eq "mobile"].value': '+44',
        [`${ENTERPRISE}:department`]: 'Engines',
      }),
    ).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      externalId: '1',
      userName: 'ada',
      active: true,
      name: { givenName: 'Ada' },
      emails: [{ type: 'work', value: 'ada@example.com', primary: true }],
      phoneNumbers: [{ type: 'mobile', value: '+44' }],
      [ENTERPRISE]: { department: 'Engines' },
    })
    expect(createBody('group', { displayName: 'Engines' })).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Engines',
    })
  })
})

describe('the body of a PUT', () => {
  it('holds all that was read, with the changes, and always active', () => {
    const attributes = {
      userName: 'ada',
      title: null,
      nickName: 'A',
      emails: [{ type: 'home', value: 'h', primary: true }],
    }
    expect(
      putBody({ kind: 'user', attributes }, [{ path: WORK, after: 'w' }, { path: 'nickName' }], undefined),
    ).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ada',
      active: true,
      emails: [
        { type: 'home', value: 'h', primary: false },
        { type: 'work', value: 'w', primary: true },
      ],
    })
    expect(attributes.emails[0]?.primary).toBe(true)
  })

  it('keeps a disabled user disabled, and the members of a group', () => {
    expect(putBody({ kind: 'user', attributes: { userName: 'a', active: false } }, [], undefined)['active']).toBe(false)
    expect(putBody({ kind: 'group', attributes: { displayName: 'g' } }, [], ['1', '2'])['members']).toEqual([
      { value: '1' },
      { value: '2' },
    ])
  })
})
