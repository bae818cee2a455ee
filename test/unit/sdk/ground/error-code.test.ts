import { describe, expect, it } from 'vitest'
import { ERROR_CODES, WORST_FIRST, worstOf } from '../../../../src/sdk/ground/error-code.ts'

describe('the order of the codes', () => {
  it('has every code once', () => {
    expect([...WORST_FIRST].sort()).toEqual([...ERROR_CODES].sort())
  })

  it('gives the worst of several, and none of none', () => {
    expect(worstOf(['unavailable', 'canceled', 'internal', 'unauthenticated'])).toBe('internal')
    expect(worstOf([])).toBeUndefined()
  })
})
