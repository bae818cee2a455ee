import { describe, expect, it } from 'vitest'
import { bypassesProxy, readProxy } from '../../../../src/sdk/http/proxy.ts'

describe('proxy', () => {
  it('is absent without its variable, and where that is empty', () => {
    expect(readProxy({})).toBeUndefined()
    expect(readProxy({ HTTPS_PROXY: ' ', https_proxy: '', HTTP_PROXY: 'http://p:1' })).toBeUndefined()
  })

  it.each([
    [{ HTTPS_PROXY: 'http://p.example:3128' }, 'http://p.example:3128'],
    [{ HTTPS_PROXY: 'https://p.example' }, 'https://p.example'],
    [{ HTTPS_PROXY: 'p.example:3128' }, 'http://p.example:3128'],
    [{ HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:1' }, 'http://lower:1'],
  ])('is read from %o', (env, address) => {
    expect(readProxy(env)).toMatchObject({ url: new URL(address), env: { https_proxy: address } })
  })

  it('hands on the exceptions, in lower case first', () => {
    const env = { HTTPS_PROXY: 'p:1', NO_PROXY: 'upper.example', no_proxy: 'lower.example' }
    expect(readProxy(env)?.env).toMatchObject({ no_proxy: 'lower.example' })
    expect(readProxy({ ...env, no_proxy: '' })?.env).toMatchObject({ no_proxy: 'upper.example' })
  })

  it.each(['socks5://me:s3cret@p.example', 'http://me:s3cret@', '://s3cret'])(
    'refuses %s without quoting it',
    (text) => {
      expect(() => readProxy({ HTTPS_PROXY: text })).toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          detail: 'HTTPS_PROXY: must be an address such as http://proxy.example.com:3128',
        }),
      )
    },
  )
})

describe('credentials of the proxy', () => {
  it('are refused where they cannot be decoded, without quoting them', () => {
    expect(() => readProxy({ https_proxy: 'http://me:50%s3cret@p.example' })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        detail: 'https_proxy: a % in its user name or password must be written as %25',
      }),
    )
  })
})

describe('exceptions from the proxy', () => {
  it.each([
    ['', false],
    ['*', true],
    ['api.example', true],
    ['API.example', true],
    ['example', true],
    ['.example', true],
    ['*.example', true],
    ['api.example:443', true],
    ['api.example:444', false],
    ['.example:443', true],
    ['pi.example', false],
    ['other, api.example', true],
    ['other api.example', true],
    ['other,,', false],
  ])('%j hold for api.example:443: %s', (names, yes) => {
    const proxy = readProxy({ HTTPS_PROXY: 'p:1', NO_PROXY: names })!
    expect(bypassesProxy(proxy, 'api.example', 443)).toBe(yes)
  })
})
