import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../../src/sdk/settings/redactor.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'

/** Its base64 holds both characters that the two alphabets write differently. */
const KEY = 'k3y~?>that/must+not?>show~~'

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
    expect(redactorOf('abc1', 'abc1efgh').redact('abc1efgh')).toBe('[secret]')
  })

  it('leaves text alone that holds none, and ignores texts too short to be a secret', () => {
    expect(redactorOf('', 'ab1').redact('ab1 ab12')).toBe('ab1 ab12')
  })

  it('accepts a secret that is no well-formed text', () => {
    expect(redactorOf('\uD800abcd').redact('x\uD800abcd')).toBe('x[secret]')
  })

  it.each([
    ['alone', KEY],
    ['with a name before it', `me:${KEY}`],
    ['with two letters before it', `x:${KEY}`],
    ['with something behind it', `abc${KEY}&more`],
  ])('takes out what base64 makes of it, %s', (_, text) => {
    const redactor = redactorOf(KEY)
    for (const alphabet of ['base64', 'base64url'] as const) {
      const spelt = Buffer.from(text).toString(alphabet)
      const left = redactor.redact(`Basic ${spelt}`)
      expect(left).toContain('[secret]')
      const [before = '', behind = ''] = left.replace('Basic ', '').split('[secret]')
      expect(before.length + behind.length).toBeLessThanOrEqual(spelt.length - Math.floor((KEY.length * 8) / 6) + 2)
    }
  })

  it.each(['wrong', 'disabled', 'Unknown', 'REFUSED', 'read-only', '1234'])(
    'leaves the ordinary word %s in sentences, also where somebody takes it for a key',
    (word) => {
      const sentence = `the API key was refused: it is ${word}, deleted or 12345 days old`
      expect(redactorOf(word).redact(sentence)).toBe(sentence)
    },
  )
})
