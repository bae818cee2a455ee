import { describe, expect, it } from 'vitest'
import { FLAG_PLACES } from '../../../src/twingate/endpoint.ts'
import { answerErrors, refusedPayload, statusError } from '../../../src/twingate/graphql-errors.ts'

const refused = {
  ...{ status: 403, host: 'acme.twingate.com', known: true, change: true, page: false },
  places: FLAG_PLACES,
}
const LEVEL = 'needs the level Read & Write'

describe('a missing permission', () => {
  it('names the level of the key where a change was refused with 403', () => {
    const error = statusError({ ...refused, operation: 'UserCreate' })
    expect(error).toMatchObject({ code: 'permission-denied', detail: expect.stringContaining(LEVEL) as string })
  })

  it('does not ask for that level where a read was refused', () => {
    expect(statusError({ ...refused, operation: 'Users', change: false }).detail).not.toContain(LEVEL)
    expect(
      answerErrors([{ message: 'Permission denied' }], { operation: 'Users', document: '' }, false).detail,
    ).not.toContain(LEVEL)
  })

  it.each([
    'The server cannot permit two of these at once',
    'Group "Access denied" does not exist',
    "Value 'no permission' is not a role",
    'Query is permissionless',
  ])('is not seen in the words %j', (words) => {
    expect(answerErrors([{ message: words }], { operation: 'UserCreate', document: '' }, true).code).toBe('unavailable')
  })

  it('is told by the code of the error where it has one', () => {
    const coded = (message: string, code: string) =>
      answerErrors([{ message, extensions: { code } }], { operation: 'Users', document: '' }, false).code
    expect(coded('Nope', 'FORBIDDEN')).toBe('permission-denied')
    expect(coded('Permission denied', 'INTERNAL_SERVER_ERROR')).toBe('unavailable')
  })

  it.each(['The API key does not permit this operation.', 'Permission denied', 'Not authorized', 'Access denied'])(
    'is recognised in the words %j and these are passed on',
    (words) => {
      const error = answerErrors([{ message: words }], { operation: 'UserCreate', document: '' }, true)
      expect(error.code).toBe('permission-denied')
      expect(error.detail).toMatch(new RegExp(`${LEVEL}.*: ${words}$`))
    },
  )

  it('is recognised in a payload, too', () => {
    const error = refusedPayload('You have no permission.', 'UserCreate')
    expect(error).toMatchObject({
      code: 'permission-denied',
      detail: expect.stringContaining('Read & Write') as string,
    })
    expect(error.detail).toContain('Twingate refused: You have no permission.')
  })
})

describe('an error without words', () => {
  it.each(['', ' \n'])('is told as one without a message: %j', (words) => {
    expect(answerErrors([{ message: words }], { operation: 'Users', document: '' }, false).detail).toBe(
      'Twingate answered with an error without a message',
    )
    expect(refusedPayload(words, 'UserCreate').detail).toBe('Twingate refused without a message')
  })

  it('does not hide those that have some', () => {
    expect(answerErrors([{ message: '' }, { message: 'no' }], { operation: 'Users', document: '' }, false).detail).toBe(
      'Twingate answered with an error: no',
    )
  })
})
