import { describe, expect, it } from 'vitest'
import { isTenantHost, mayReceiveKey, parseBaseUrl, parseDomain } from '../../../src/twingate/endpoint.ts'

const endpointOf = (host: string) => ({ network: 'acme', url: `https://${host}/api/graphql/` })

describe('parseDomain', () => {
  it.each([
    ['acme', 'acme.twingate.com'],
    ['ACME', 'acme.twingate.com'],
    [' acme\n', 'acme.twingate.com'],
    ['acme.us1', 'acme.us1.twingate.com'],
    ['acme.twingate.com', 'acme.twingate.com'],
    ['acme.us1.twingate.com', 'acme.us1.twingate.com'],
    ['https://acme.twingate.com', 'acme.twingate.com'],
    ['https://acme.twingate.com/networks/settings?tab=api#keys', 'acme.twingate.com'],
    ['https://acme.us1.twingate.com/', 'acme.us1.twingate.com'],
    ['acme.twingate.com/networks', 'acme.twingate.com'],
  ])('reads %j as %s', (text, host) => {
    expect(parseDomain(text)).toEqual(endpointOf(host))
  })

  it.each([
    [''],
    [' '],
    ['ac me'],
    ['acme.com'],
    ['acme.example.com'],
    ['acme.acme'],
    ['acme.acme.twingate.com'],
    ['a.b.c.twingate.com'],
    ['twingate.com'],
    ['.twingate.com'],
    ['-acme'],
    ['acme-'],
    ['acme_x'],
    ['a'.repeat(64)],
    ['user@acme.twingate.com'],
    ['https://user@acme.twingate.com/'],
    ['https://user:pw@acme.twingate.com/'],
    ['https://acme.twingate.com:8443/'],
    ['acme.twingate.com:443'],
    ['http://acme.twingate.com/'],
    ['https://acme.twingate.com.example.com/'],
    ['https://example.com/acme.twingate.com'],
    ['https://acme/'],
    ['acme/x'],
    ['https://'],
  ])('refuses %j with a sentence that names the forms', (text) => {
    expect(() => parseDomain(text)).toThrow(/must be the network's name, its host or the console's address \(acme, /)
  })

  it('repeats only the beginning of a long text, which may be a key', () => {
    expect(() => parseDomain('0123456789'.repeat(7))).toThrow(/got a text of 70 characters$/)
  })

  it('takes the address from the base URL and the network from the domain', () => {
    expect(parseDomain('acme.us1', { baseUrl: 'http://127.0.0.1:8080' })).toEqual({
      network: 'acme',
      url: 'http://127.0.0.1:8080/api/graphql/',
      onlyHost: '127.0.0.1:8080',
    })
  })
})

describe('parseBaseUrl', () => {
  it.each([
    ['https://proxy.example.com', 'https://proxy.example.com/api/graphql/'],
    ['https://proxy.example.com/twingate/', 'https://proxy.example.com/twingate/api/graphql/'],
    ['https://proxy.example.com/api/graphql', 'https://proxy.example.com/api/graphql/'],
    ['https://proxy.example.com/api/graphql/', 'https://proxy.example.com/api/graphql/'],
    ['http://localhost:1', 'http://localhost:1/api/graphql/'],
    ['http://[::1]:1', 'http://[::1]:1/api/graphql/'],
    ['http://127.8.9.1', 'http://127.8.9.1/api/graphql/'],
  ])('reads %s as %s', (text, url) => {
    expect(parseBaseUrl(text).url).toBe(url)
  })

  it.each([
    ['http://example.com', 'must begin with https://'],
    ['http://127.example.com', 'must begin with https://'],
    ['http://localhost.example.com', 'must begin with https://'],
    ['ftp://example.com', 'must be an address'],
    ['example.com', 'must be an address'],
    ['https://user@example.com', 'must be an address'],
    ['https://example.com/?a=b', 'must be an address'],
    ['', 'must be an address'],
  ])('refuses %j', (text, expected) => {
    expect(() => parseBaseUrl(text)).toThrow(expected)
  })
})

describe('mayReceiveKey', () => {
  const tenant = parseDomain('acme')
  const proxy = parseDomain('acme', { baseUrl: 'https://proxy.example.com' })

  it.each([
    [tenant, 'https://acme.twingate.com/api/graphql/', true],
    [tenant, 'https://acme.us1.twingate.com/api/graphql/', true],
    [tenant, 'http://acme.us1.twingate.com/', false],
    [tenant, 'https://acme.twingate.com:8443/', false],
    [tenant, 'https://user@acme.twingate.com/', false],
    [tenant, 'https://other.twingate.com/', false],
    [tenant, 'https://acme.twingate.com.example.com/', false],
    [tenant, 'https://acme.eviltwingate.com/', false],
    [tenant, 'https://acme-twingate.com/', false],
    [proxy, 'https://proxy.example.com/elsewhere', true],
    [proxy, 'http://proxy.example.com/', false],
    [proxy, 'https://proxy.example.com:444/', false],
    [proxy, 'https://acme.twingate.com/', false],
  ])('for %o, %s is %s', (endpoint, target, allowed) => {
    expect(mayReceiveKey(endpoint, new URL(target))).toBe(allowed)
  })
})

describe('isTenantHost', () => {
  it('ignores case', () => {
    expect(isTenantHost('ACME.Twingate.com', 'acme')).toBe(true)
  })
})
