import { describe, expect, it } from 'vitest'
import { changesOf } from '../../../../src/scim/target/changes.ts'

const current = {
  attributes: {
    userName: 'ada@example.com',
    active: true,
    name: { givenName: 'Ada', formatted: 'Ada (by the server)' },
    emails: [{ type: 'work', value: 'ADA@example.com', display: 'x' }],
  },
}

describe('changes of an object', () => {
  it('are none where it has the desired values, whatever else it has', () => {
    expect(
      changesOf(current, {
        userName: 'ada@example.com',
        active: 'true',
        'name.givenName': 'Ada',
        'emails[type eq "work"].value': 'ada@example.com',
      }),
    ).toEqual([])
  })

  it('say what stood there, in the order of the desired values', () => {
    expect(changesOf(current, { title: 'Countess', active: false, 'name.givenName': 'Augusta' })).toEqual([
      { path: 'title', after: 'Countess' },
      { path: 'active', before: true, after: false },
      { path: 'name.givenName', before: 'Ada', after: 'Augusta' },
    ])
  })

  it('never clear what is not desired', () => {
    expect(changesOf(current, {})).toEqual([])
  })
})
