import { describe, expect, it } from 'vitest'
import { guardLastAdmin, isActiveAdmin } from '../../../src/resources/last-admin.ts'

const admins = new Set(['a', 'b'])

describe('guardLastAdmin', () => {
  it.each([[[]], [['a']], [['a', 'x', 'a']], [['x', 'y']]])('lets %j go, an admin stays', (planned) => {
    expect(guardLastAdmin(planned, admins)).toBeUndefined()
  })

  it('refuses changes that together take every admin', () => {
    expect(guardLastAdmin(['x', 'b', 'a'], admins)).toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringMatching(/^all 2 active admins \(a, b\)/) as string,
    })
  })

  it('refuses to take the only admin', () => {
    expect(guardLastAdmin(['a'], new Set(['a']))?.detail).toMatch(/^the last active admin \(a\)/)
  })

  it('has nothing to keep where there is no admin', () => {
    expect(guardLastAdmin(['a'], new Set())).toBeUndefined()
  })
})

describe('isActiveAdmin', () => {
  it.each([
    ['ADMIN', 'ACTIVE', true],
    ['ADMIN', 'PENDING', false],
    ['ADMIN', 'DISABLED', false],
    ['DEVOPS', 'ACTIVE', false],
  ])('is for %s %s: %s', (role, state, expected) => {
    expect(isActiveAdmin({ role, state })).toBe(expected)
  })
})
