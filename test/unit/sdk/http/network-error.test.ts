import { describe, expect, it } from 'vitest'
import { isOfTheWay, networkError } from '../../../../src/sdk/http/network-error.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'

const peer = {
  host: 'acme.twingate.com',
  operation: 'call the Twingate API',
  setting: 'the network name in --domain (BATON_DOMAIN)',
}
const proxy = new URL('http://me:s3cret@proxy.example.com:3128')

const nodeError = (code: string, fields: object = {}): Error => Object.assign(new Error(code), { code, ...fields })
const told = (error: unknown, through?: URL) => networkError(error, { ...peer, proxy: through })

describe('network error', () => {
  it.each([
    ['ENOTFOUND', 'invalid-argument', /there is no host acme\.twingate\.com; .*--domain \(BATON_DOMAIN\)/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'invalid-argument', /for another name; check .*--domain/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'failed-precondition', /not trusted .*NODE_EXTRA_CA_CERTS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'failed-precondition', /not trusted .*NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'failed-precondition', /not trusted .*NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT', 'failed-precondition', /not trusted .*NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'failed-precondition', /not trusted .*NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 'failed-precondition', /not valid at this time .*clock/],
    ['CERT_NOT_YET_VALID', 'failed-precondition', /not valid at this time .*clock/],
    ['EPROTO', 'failed-precondition', /does not speak TLS as expected/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'failed-precondition', /does not speak TLS as expected/],
    ['EAI_AGAIN', 'unavailable', /cannot be looked up now; check the DNS/],
    ['Z_DATA_ERROR', 'unavailable', /sent a damaged answer/],
    ['ECONNRESET', 'unavailable', /closed the connection before the answer was complete/],
    ['ECONNREFUSED', 'unavailable', /no answer from acme\.twingate\.com \(ECONNREFUSED\); check the network/],
    ['EHOSTUNREACH', 'unavailable', /no answer from acme\.twingate\.com \(EHOSTUNREACH\); check the network/],
  ] as const)('says what %s means and what to do', (code, as, text) => {
    const error = told(nodeError(code))
    expect([error.code, error.detail]).toEqual([as, expect.stringMatching(text)])
    expect(error.cause).toMatchObject({ code })
    expect(isOfTheWay(error)).toBe(as !== 'unavailable')
  })

  it('finds the code below other errors and among those of several addresses', () => {
    expect(told(new Error('outer', { cause: nodeError('EAI_AGAIN') })).reason).toBe('EAI_AGAIN')
    expect(told(new AggregateError([nodeError('ECONNREFUSED'), nodeError('ECONNREFUSED')])).reason).toBe('ECONNREFUSED')
  })

  it('says so where nothing is known', () => {
    expect(told('odd')).toMatchObject({ code: 'unavailable', reason: 'connection failed' })
  })

  it('lets an error of ours pass', () => {
    const own = new ConnectorError('internal', 'read', 'too large')
    expect(told(own)).toBe(own)
  })

  it.each([
    [
      'refuses the tunnel',
      nodeError('ERR_PROXY_TUNNEL'),
      /the proxy proxy\.example\.com:3128 refused to connect to acme/,
    ],
    ['is not there', nodeError('ECONNREFUSED', { port: 3128 }), /the proxy .* cannot be reached \(ECONNREFUSED\)/],
    [
      'is not there under several addresses',
      new AggregateError([nodeError('ECONNREFUSED', { port: 3128 })]),
      /the proxy .* cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      'has no address',
      nodeError('ENOTFOUND', { hostname: 'proxy.example.com' }),
      /the proxy .* cannot be reached \(ENOTFOUND\)/,
    ],
  ])('names the proxy that %s, and never its password', (_, cause, text) => {
    const error = told(cause, proxy)
    expect([error.code, error.reason, error.detail]).toEqual(['unavailable', 'proxy', expect.stringMatching(text)])
    expect(error.detail).not.toContain('s3cret')
  })

  it('does not blame a proxy that the failed connection went past', () => {
    expect(told(nodeError('ECONNREFUSED', { port: 443 }), proxy).detail).toMatch(/no answer from acme/)
    expect(told(nodeError('ENOTFOUND', { hostname: 'acme.twingate.com' }), proxy).detail).toMatch(
      /there is no host acme/,
    )
  })
})
