import { describe, expect, it } from 'vitest'
import { ConnectorError, ERROR_CODES, exitCodeOf, isRetryable } from '../../../../src/sdk/ground/errors.ts'

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('low level', { cause }), { code })

describe('error codes', () => {
  it('have the exit codes of the Go SDK', () => {
    expect(Object.fromEntries(ERROR_CODES.map((code) => [code, exitCodeOf(code)]))).toEqual({
      canceled: 1,
      'invalid-argument': 3,
      'deadline-exceeded': 4,
      'not-found': 5,
      'already-exists': 6,
      'permission-denied': 7,
      'resource-exhausted': 8,
      'failed-precondition': 9,
      aborted: 10,
      unimplemented: 12,
      internal: 13,
      unavailable: 14,
      'data-loss': 15,
      unauthenticated: 16,
    })
  })

  it('are retried only where nothing is wrong with the request', () => {
    expect(ERROR_CODES.filter(isRetryable)).toEqual(['deadline-exceeded', 'unavailable'])
  })
})

describe('ConnectorError', () => {
  it('says who speaks, what was done and what is wrong', () => {
    const error = new ConnectorError('not-found', 'list users', 'there is no such network')
    expect(error.message).toBe('baton-twingate: list users: there is no such network')
    expect(error.reason).toBe('not-found')
  })

  it('keeps the cause out of its message and out of JSON', () => {
    const error = new ConnectorError('internal', 'x', 'y', new Error('inner detail'))
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('inner detail')
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('is recognised by its brand, not by its class', () => {
    const copy = { ...new ConnectorError('internal', 'x', 'y') }
    expect([ConnectorError.is(copy), ConnectorError.is(new Error('x')), ConnectorError.is(null)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it.each([
    ['ECONNRESET', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['ENOSPC', 'resource-exhausted'],
    ['EWHATEVER', 'internal'],
  ] as const)('maps %s, also deep in the cause chain', (code, expected) => {
    expect(ConnectorError.from(withCode(code), 'x').code).toBe(expected)
    expect(ConnectorError.from(new Error('outer', { cause: withCode(code) }), 'x').code).toBe(expected)
  })

  it('keeps timeouts and stops apart', () => {
    expect(ConnectorError.from(new DOMException('slow', 'TimeoutError'), 'x').code).toBe('deadline-exceeded')
    expect(ConnectorError.from(new DOMException('stop', 'AbortError'), 'x').code).toBe('canceled')
  })

  it('passes its own kind through, also from inside another error', () => {
    const own = new ConnectorError('aborted', 'x', 'y')
    expect(ConnectorError.from(own, 'z')).toBe(own)
    expect(ConnectorError.from(new Error('outer', { cause: own }), 'z')).toBe(own)
  })

  it('survives a cause chain that bites its tail', () => {
    const a = withCode('EA')
    a.cause = withCode('EB', a)
    expect(ConnectorError.from(a, 'x').code).toBe('internal')
  })

  it.each([undefined, null, 'text', 42, {}])('makes an error of %j', (value) => {
    expect(ConnectorError.from(value, 'x').code).toBe('internal')
  })
})
