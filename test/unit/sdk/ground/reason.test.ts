import { describe, expect, it } from 'vitest'
import { ConnectorError, isOfTheAnswer } from '../../../../src/sdk/ground/errors.ts'
import {
  grpcReason,
  httpStatusOf,
  isRefusedChange,
  isServerFault,
  isTlsFault,
  systemReason,
} from '../../../../src/sdk/ground/reason.ts'

describe('a reason', () => {
  it('that is an HTTP status gives its number, and others give none', () => {
    expect([httpStatusOf('http 413'), httpStatusOf('timeout'), httpStatusOf('ldap 53')]).toEqual([
      413,
      undefined,
      undefined,
    ])
  })

  it('is a fault of the server from 500 on', () => {
    expect((['http 499', 'http 500', 'http 504', 'timeout'] as const).map(isServerFault)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('is a fault of TLS where no certificate is meant', () => {
    expect((['EPROTO', 'ERR_SSL_WRONG_VERSION', 'CERT_HAS_EXPIRED'] as const).map(isTlsFault)).toEqual([
      true,
      true,
      false,
    ])
  })

  it('of a refused change says so also where its size is the cause', () => {
    expect((['refused', 'too much', 'graphql errors'] as const).map(isRefusedChange)).toEqual([true, true, false])
  })

  it('of an answer of no use is none of the way to it', () => {
    expect((['malformed answer', 'graphql errors', 'too much', 'ECONNRESET'] as const).map(isOfTheAnswer)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('is never a code that this program does not know', () => {
    expect([systemReason('ECONNRESET'), systemReason('ESOMETHING'), grpcReason('ABORTED'), grpcReason('NEW')]).toEqual([
      'ECONNRESET',
      undefined,
      'ABORTED',
      undefined,
    ])
  })
})

describe('an error with more words', () => {
  const error = new ConnectorError('unavailable', 'call', 'no answer', undefined, 'timeout')

  it('keeps its code, its operation and its reason, and is its own cause', () => {
    const more = error.with({ detail: `${error.detail}; look again` })
    expect({ ...more, cause: more.cause }).toMatchObject({
      ...{ code: 'unavailable', operation: 'call', detail: 'no answer; look again', reason: 'timeout', cause: error },
    })
  })

  it('takes what is given in place of its own', () => {
    const cause = new Error('below')
    const more = error.with({ code: 'aborted', operation: 'look', reason: 'answer-lost', cause })
    expect({ ...more, cause: more.cause }).toMatchObject({
      ...{ code: 'aborted', operation: 'look', detail: 'no answer', reason: 'answer-lost', cause },
    })
  })
})
