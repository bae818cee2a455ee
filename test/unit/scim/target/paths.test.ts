import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath, parsePath, readValue, sameValue, wireValue } from '../../../../src/scim/target/paths.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe('a path', () => {
  it.each([
    'userName',
    'name.givenName',
    'emails[type eq "work"].value',
    'emails[primary eq true].value',
    'addresses[type eq "work"].locality',
    `${ENTERPRISE}:department`,
    `${ENTERPRISE}:manager.value`,
    'urn:example:a[b]:User:list[type eq "x:y\\"z"].value',
  ])('%s is sent as it was read', (text) => {
    expect(formatPath(parsePath(text))).toBe(text)
  })

  it('loses the URN of a core schema, which servers take for an attribute of their own', () => {
    expect(formatPath(parsePath('urn:ietf:params:scim:schemas:core:2.0:User:name.givenName'))).toBe('name.givenName')
    expect(formatPath(parsePath('URN:ietf:params:scim:schemas:core:2.0:Group:displayName'))).toBe('displayName')
  })

  it.each([
    ['', 'is not an attribute path'],
    ['user name', 'is not an attribute path'],
    ['emails[type eq "work" and primary eq true].value', 'is not an attribute path'],
    ['emails[type sw "w"].value', 'is not an attribute path'],
    ['emails', 'is a list'],
    ['emails.value', 'is a list'],
    ['emails[type eq "work"]', 'names a whole entry'],
    ['name', 'names a whole object'],
    ['id', 'is not set by provisioning'],
    ['meta.version', 'is not set by provisioning'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:schemas', 'is not set by provisioning'],
    ['members', 'members come from the memberships'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => parsePath(text)).toThrow(reason)
  })
})

describe('the value at a path', () => {
  const attributes = {
    UserName: 'ada',
    name: { givenName: 'Ada', familyName: null },
    active: 'True',
    title: '',
    employeeNumber: 7,
    emails: [
      { type: 'home', value: 'ada@home.example', primary: true },
      { type: 'Work', value: 'old@example.com' },
      { type: 'work', value: 'ada@example.com', primary: 'true' },
    ],
    [ENTERPRISE.toLowerCase()]: { Department: 'Engines', manager: { value: '26' } },
  }
  const at = (text: string) => readValue(attributes, parsePath(text))

  it('is found whatever the case of names and types, the primary entry first', () => {
    expect([at('username'), at('name.givenname'), at('emails[type eq "work"].value')]).toEqual([
      'ada',
      'Ada',
      'ada@example.com',
    ])
    expect([at(`${ENTERPRISE}:department`), at(`${ENTERPRISE}:manager.value`)]).toEqual(['Engines', '26'])
    expect(at('employeeNumber')).toBe('7')
  })

  it.each([
    'name.familyName',
    'title',
    'nickName',
    'nickName.x',
    'emails[type eq "other"].value',
    'urn:example:x:User:y',
  ])('is absent where nothing, null, an empty text or no such entry stands: %s', (text) => {
    expect(at(text)).toBeUndefined()
  })

  it.each([
    ['one e-mail without a type', [{ value: 'a@b.c' }], 'a@b.c'],
    ['the primary one of several without types', [{ value: 'x' }, { value: 'a@b.c', primary: true }], 'a@b.c'],
    ['the one without a type beside one of another', [{ value: 'x', type: 'home' }, { value: 'a@b.c' }], 'a@b.c'],
    ['none of several without types', [{ value: 'x' }, { value: 'y' }], undefined],
    ['none where the only one is of another type', [{ value: 'x', type: 'home' }], undefined],
  ])('of the work e-mail is %s', (_, emails, value) => {
    expect(readValue({ emails }, parsePath('emails[type eq "work"].value'))).toBe(value)
    expect(readValue({ emails }, parsePath('emails[type eq "home"].value'))).toBe(
      emails.some((one) => 'type' in one) ? 'x' : undefined,
    )
  })
})

describe('two values', () => {
  it('are one where only the case of an e-mail differs, and two where that of a name does', () => {
    expect(sameValue(parsePath('emails[type eq "work"].value'), 'Ada@Example.com', 'ada@example.com')).toBe(true)
    expect(sameValue(parsePath('userName'), 'Ada@Example.com', 'ada@example.com')).toBe(false)
    expect(sameValue(parsePath('externalId'), 'A', 'a')).toBe(false)
  })

  it('are one where active is a text, and active is sent as a boolean', () => {
    expect(sameValue(parsePath('active'), 'True', true)).toBe(true)
    expect(sameValue(parsePath('active'), 'False', true)).toBe(false)
    expect([wireValue(parsePath('active'), 'FALSE'), wireValue(parsePath('title'), 'true')]).toEqual([false, 'true'])
  })

  it('are one exactly where they are the same, for all other attributes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameValue(parsePath('title'), a, b)).toBe(a === b)
      }),
    )
  })
})
