import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import {
  formatEntitlementId,
  formatGrantId,
  formatResourceBid,
  parseEntitlementId,
  parseGrantId,
  parseResourceBid,
} from '../../../../src/sdk/model/ids.ts'

/** What a call gives, or the code it fails with. */
function attempt(call: () => string): string {
  try {
    return call()
  } catch (error) {
    return ConnectorError.from(error, 'test').code
  }
}

const part = fc.string({ unit: 'grapheme', minLength: 1 })

describe('ids', () => {
  it('join without escaping, byte for byte as the Go SDK', () => {
    const entitlement = formatEntitlementId({ type: 'group', id: 'R3JvdXA6MQ==' }, 'member')
    expect(entitlement).toBe('group:R3JvdXA6MQ==:member')
    expect(formatGrantId(entitlement, { type: 'user', id: 'a:b"\n🧸' })).toBe('group:R3JvdXA6MQ==:member:user:a:b"\n🧸')
  })
})

describe('resource BIDs', () => {
  it.each([
    [{ resource: { type: 'group', id: 'R1' } }, 'bid:r:group/R1'],
    [{ resource: { type: 'a/b', id: 'c:d\\e' } }, 'bid:r:a\\/b/c\\:d\\\\e'],
    [{ resource: { type: 'repo', id: '7' }, parent: { type: 'org', id: 'x' } }, 'bid:r:org/x/repo/7'],
  ])('writes %j as %s and reads it back', (bid, text) => {
    expect(formatResourceBid(bid)).toBe(text)
    expect(parseResourceBid(text)).toEqual(bid)
  })

  it('come back from any parts', () => {
    fc.assert(
      fc.property(part, part, fc.option(fc.tuple(part, part), { nil: undefined }), (type, id, parent) => {
        const bid = { resource: { type, id }, ...(parent && { parent: { type: parent[0], id: parent[1] } }) }
        expect(parseResourceBid(formatResourceBid(bid))).toEqual(bid)
      }),
    )
  })

  it('read and written again are the same text, or are refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abr:/\\') }), (text) => {
        const bid = `bid:r:${text}`
        const again = attempt(() => formatResourceBid(parseResourceBid(bid)))
        expect([bid, 'invalid-argument']).toContain(again)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '',
    'group/R1',
    'bid:e:group/R1:member',
    'bid:r:group',
    'bid:r:group/',
    'bid:r:a/b/c',
    'bid:r:a/b\\',
    'bid:r:a:b/c',
  ])('refuses %j with the text and the form it must have', (text) => {
    expect(() => parseResourceBid(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error)
  })
})

describe('parseEntitlementId and parseGrantId', () => {
  const types = ['user', 'group', 'role']
  const resourceIds = fc.record({
    type: fc.constantFrom(...types),
    id: fc.string({ unit: fc.constantFrom('a', '=', '+', '/', ':', ' ', '🦊', '"'), minLength: 1 }),
  })
  const slugs = fc.constantFrom('member', 'owner', 'user')

  it('read back what was formatted, whatever the id holds', () => {
    fc.assert(
      fc.property(resourceIds, slugs, resourceIds, (resource, slug, principal) => {
        const entitlement = formatEntitlementId(resource, slug)
        expect(parseEntitlementId(entitlement, types)).toEqual({ resource, slug })
        expect(parseGrantId(formatGrantId(entitlement, principal), types)).toEqual({ resource, slug, principal })
      }),
    )
  })

  it.each(['', 'group', 'group:R1', 'group::member', ':R1:member', 'group:R1:'])('refuse the form of %j', (text) => {
    expect(() => parseEntitlementId(text, types)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    expect(() => parseGrantId(text, types)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  it.each(['team:R1:member', 'team:R1:member:user:U1'])('know no type that is not there: %j', (text) => {
    const parse = text.includes('user') ? parseGrantId : parseEntitlementId
    expect(() => parse(text, types)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })

  it.each(['group:R1:member', 'group:R1:member:user:', 'group:R1:member:team:U1'])('refuse %j as a grant', (text) => {
    expect(() => parseGrantId(text, types)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
