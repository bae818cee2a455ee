import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/cli/redactor.ts'
import { Secret } from '../../../src/sdk/secret.ts'

const redactorOf = (...values: readonly string[]) => {
  const redactor = createRedactor()
  for (const value of values) redactor.add(new Secret(value))
  return redactor
}

describe('createRedactor', () => {
  it('takes out every occurrence, also as JSON and as an address spell it', () => {
    const redactor = redactorOf('a"b/c&d')
    expect(redactor.redact('a"b/c&d a\\"b/c&d a%22b%2Fc%26d a"b/c&d')).toBe('[secret] [secret] [secret] [secret]')
  })

  it('takes out the longer of two secrets whole when one begins with the other', () => {
    expect(redactorOf('abcd', 'abcdefgh').redact('abcdefgh')).toBe('[secret]')
  })

  it('leaves text alone that holds none, and ignores texts too short to be a secret', () => {
    expect(redactorOf('', 'abc').redact('abc abcd')).toBe('abc abcd')
  })

  it('accepts a secret that is no well-formed text', () => {
    expect(redactorOf('\uD800abcd').redact('x\uD800abcd')).toBe('x[secret]')
  })
})
