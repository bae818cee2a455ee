import { describe, expect, it } from 'vitest'
import { TWINGATE_FIELDS } from '../../../src/connector/config.ts'

const [domain, apiKey, baseUrl] = TWINGATE_FIELDS

describe('TWINGATE_FIELDS', () => {
  it('keeps the names of the Go connector, and adds those of devices and of accounts over SCIM', () => {
    const added = ['device-posture', 'scim-url', 'scim-token', 'scim-on-delete']
    expect(TWINGATE_FIELDS.map((field) => field.name)).toEqual(['domain', 'api-key', 'base-url', ...added])
  })

  it('marks only the key and the token as secret, and domain and key as required', () => {
    expect(TWINGATE_FIELDS.filter((field) => 'secret' in field).map(({ name }) => name)).toEqual([
      'api-key',
      'scim-token',
    ])
    expect(TWINGATE_FIELDS.filter((field) => 'required' in field)).toEqual([domain, apiKey])
  })

  it('accepts right values and says what is wrong with others', () => {
    expect([domain.check('acme'), apiKey.check('aZ-_=+/.'), baseUrl.check('https://x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(domain.check('acme.com')).toContain('must be the network')
    expect(baseUrl.check('x')).toContain('must be an address')
  })

  it.each(['a b', 'a\nb', 'ä', 'a\u0000', '\t'])(
    'refuses the key %j, which no header could carry, without repeating it',
    (key) => {
      expect(apiKey.check(key)).toBe('must be one line of plain characters without spaces')
    },
  )
})
