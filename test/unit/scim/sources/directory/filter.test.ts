import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../../../src/scim/sources/directory/entry.ts'
import { attributesOf, hasNot, objectClassesOf, parseFilter } from '../../../../../src/scim/sources/directory/filter.ts'
import { matches } from '../../../../../src/scim/sources/directory/filter-match.ts'

const entry: Entry = {
  dn: 'cn=Ann (A*),dc=x',
  attributes: new Map(
    Object.entries({
      cn: ['Ann (A*)', 'Änne'],
      uid: ['ann'],
      level: ['10'],
      userAccountControl: ['514'],
      objectClass: ['person'],
    }).map(([description, values]) => [
      description.toLowerCase(),
      { description, values: values.map((one) => Buffer.from(one)) },
    ]),
  ),
}

const parse = (text: string) => parseFilter(text, 'users.filter')

describe('a filter', () => {
  test.each([
    ['(uid=ANN)', true],
    ['(uid=bob)', false],
    ['(cn=ann \\28a\\2a\\29)', true],
    ['(cn=\\c3\\84nne)', true],
    ['(cn=*)', true],
    ['(mail=*)', false],
    ['(cn=a*n*\\29)', true],
    ['(cn=*nn*nn*)', false],
    ['(uid=an*nn)', false],
    ['(level>=9)', true],
    ['(level<=9)', false],
    ['(uid~=ann)', true],
    ['(!(uid=bob))', true],
    ['(!(mail=x))', true],
    ['( & (uid=ann)\n  (|(cn=zoe)(level=10)) )', true],
    ['(&(uid=ann)(cn=zoe))', false],
    ['(userAccountControl:1.2.840.113556.1.4.803:=2)', true],
    ['(userAccountControl:1.2.840.113556.1.4.803:=3)', false],
    ['(userAccountControl:1.2.840.113556.1.4.804:=3)', true],
  ])('%s fits the entry: %s', (text, fits) => {
    expect(matches(parse(text), entry)).toBe(fits)
  })

  test.each([
    ['uid=ann', '"(" is missing'],
    ['(uid=ann', 'not closed'],
    ['(uid=ann))', 'goes on after its last parenthesis'],
    ['(&)', '"&" needs a filter'],
    ['(uid=a\\2)', 'two hexadecimal digits'],
    ['(uid=a(b)', 'must be written as \\28'],
    ['(u id=a)', '"u id" is no attribute'],
    ['(uid)', 'a comparison'],
    ['(cn=\\ff*)', 'must be text'],
    ['', '"(" is missing'],
  ])('%s is refused with the place', (text, words) => {
    expect(() => parse(text)).toThrow(/users\.filter: .*\(character \d+\)/)
    expect(() => parse(text)).toThrow(words)
  })

  test('tells what it names', () => {
    const filter = parse('(&(objectClass=inetOrgPerson)(|(cn;lang-de=x)(!(objectClass=device)))(a:1.2:=3))')
    expect(attributesOf(filter)).toEqual(['objectClass', 'cn;lang-de', 'objectClass', 'a'])
    expect(objectClassesOf(filter)).toEqual(['inetOrgPerson', 'device'])
    expect([hasNot(filter), hasNot(parse('(uid=a)'))]).toEqual([true, false])
  })
})
