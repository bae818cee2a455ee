import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonNameRules, dnKey, parseDn } from '../../../../../src/scim/sources/directory/dn.ts'

const key = (text: string): string | undefined => dnKey(text, commonNameRules)

describe('a distinguished name', () => {
  test.each([
    ['an escape as a pair of digits', 'cn=Doe\\2C Jo,dc=x', 'cn=Doe\\, Jo,dc=x'],
    ['bytes of UTF-8 as pairs', 'cn=\\C3\\84nne,dc=x', 'cn=Änne,dc=x'],
    ['another case', 'CN=ANN,DC=X', 'cn=ann,dc=x'],
    ['white space around separators', ' cn = ann , dc = x ', 'cn=ann,dc=x'],
    ['more white space within a value', 'cn=Jo   Doe,dc=x', 'cn=jo doe,dc=x'],
    ['a number for a name', '2.5.4.3=ann,OID.0.9.2342.19200300.100.1.25=x', 'cn=ann,dc=x'],
    ['a long name', 'commonName=ann,domainComponent=x', 'cn=ann,dc=x'],
    ['another order of parts', 'uid=a+cn=b,dc=x', 'cn=b+uid=a,dc=x'],
    ['quotes of old servers', 'cn="Doe, Jo",dc=x', 'cn=Doe\\, Jo,dc=x'],
    ['semicolons of old servers', 'cn=ann;dc=x', 'cn=ann,dc=x'],
    ['a value as BER', 'cn=#0C03616E6E,dc=x', 'cn=ann,dc=x'],
  ])('is the same with %s', (_, one, other) => {
    expect(key(one)).toBeDefined()
    expect(key(one)).toBe(key(other))
  })

  test.each([
    ['another value', 'cn=ann,dc=x', 'cn=anne,dc=x'],
    ['another attribute', 'cn=ann,dc=x', 'uid=ann,dc=x'],
    ['a comma within a value', 'cn=a\\,dc=x', 'cn=a,dc=x'],
    ['a plus within a value', 'cn=a\\+uid=b,dc=x', 'cn=a+uid=b,dc=x'],
    ['another order of steps', 'ou=a,ou=b', 'ou=b,ou=a'],
    ['one step more', 'cn=a,dc=x', 'cn=a,dc=x,dc=x'],
  ])('is another one with %s', (_, one, other) => {
    expect(key(one)).not.toBe(key(other))
  })

  test.each(['ann', 'cn=a,', 'cn=a,=b', '=a', 'cn=a\\', 'cn="a', 'cn="a"b', 'cn=#xyz', 'c n=a'])(
    'is not %s',
    (text) => {
      expect(parseDn(text)).toBeUndefined()
      expect(key(text)).toBeUndefined()
    },
  )

  test('keeps escaped spaces at its ends and drops others', () => {
    expect(parseDn('cn=\\ a\\ ,dc= x ')).toEqual([[{ type: 'cn', value: ' a ' }], [{ type: 'dc', value: 'x' }]])
  })

  test('looks at case where the rule of the attribute says so, and is not judged where there is none', () => {
    const rules = (type: string) => (type === 'cn' ? { canonical: 'cn', ignoresCase: false } : undefined)
    expect(dnKey('cn=A', rules)).not.toBe(dnKey('cn=a', rules))
    expect(dnKey('ou=A', rules)).toBeUndefined()
  })

  test('gives back every value that is escaped byte by byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const escaped = Buffer.from(value).toString('hex').replaceAll(/../g, '\\$&')
        expect(parseDn(`cn=${escaped},dc=x`)?.[0]).toEqual([{ type: 'cn', value: Buffer.from(value).toString() }])
      }),
    )
  })
})
