import { describe, expect, it } from 'vitest'
import { userFromNode, userRows } from '../../../src/resources/user-node.ts'
import { userNode } from '../../support/nodes.ts'

const everything = { types: new Set(['user', 'group', 'role']), entitlements: true, grants: true }

describe('user from a node', () => {
  it.each([
    [{ firstName: 'Ada', lastName: 'Lovelace' }, 'Ada Lovelace'],
    [{ firstName: 'Ada', lastName: '' }, 'Ada'],
    [{ firstName: ' ', lastName: ' ', email: 'ada@example.com' }, 'ada@example.com'],
    [{ firstName: '', lastName: '', email: null }, 'VXNlcjox'],
    [{ firstName: '', lastName: '', email: '  ' }, 'VXNlcjox'],
    [{ firstName: 'عادة', lastName: '🧸"\n' }, 'عادة 🧸"'],
  ])('names %j as %s', (fields, name) => {
    expect(userFromNode(userNode(fields)).displayName).toBe(name)
  })

  it.each([
    ['ACTIVE', { state: 'enabled' }],
    ['PENDING', { state: 'enabled', details: 'invited, the invitation is not accepted yet' }],
    ['DISABLED', { state: 'disabled' }],
    ['LOCKED', { state: 'enabled', details: 'state LOCKED in Twingate' }],
  ])('maps the state %s', (state, status) => {
    expect(userFromNode(userNode({ state })).status).toEqual(status)
  })

  it('has an address only where Twingate knows one', () => {
    expect(userFromNode(userNode({ email: null })).facts).toEqual({
      kind: 'user',
      login: 'VXNlcjox',
      emails: [],
      accountType: 'human',
    })
    expect(userFromNode(userNode()).facts).toMatchObject({ login: 'ada@example.com', emails: ['ada@example.com'] })
    expect(userFromNode(userNode({ email: null })).profile).not.toHaveProperty('email')
  })

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'a da@example.com',
    'a@b@c',
    'Ada <ada@example.com>',
    'ada@-x.com',
    'ada@exämple.com',
    `${'a'.repeat(65)}@x.com`,
  ])('takes %j for a login, not for an address', (email) => {
    const { facts, profile } = userFromNode(userNode({ email }))
    expect(facts).toMatchObject({ login: email, emails: [] })
    expect(profile).toMatchObject({ email })
  })

  it.each(['ada@example.com', "o'hara+x@mail.example.co.uk", 'jürgen@example.com', 'ada@localhost'])(
    'takes %j for an address',
    (email) => {
      expect(userFromNode(userNode({ email })).facts).toMatchObject({ emails: [email] })
    },
  )

  it('shortens a name that no platform takes, never in the middle of a character', () => {
    const { displayName, profile } = userFromNode(userNode({ firstName: 'é'.repeat(5_000), lastName: '' }))
    expect(displayName).toBe('é'.repeat(500))
    expect(userFromNode(userNode({ firstName: `x${'😀'.repeat(999)}`, lastName: '' })).displayName).toBe(
      `x${'😀'.repeat(249)}`,
    )
    expect(profile['first_name']).toHaveLength(5_000)
  })

  it('keeps the microseconds of no date but the date of every user it can read', () => {
    expect(userFromNode(userNode()).createdAt).toEqual(new Date('2024-02-15T01:13:51.059Z'))
    expect(userFromNode(userNode({ createdAt: 'yesterday' })).createdAt).toBeUndefined()
  })
})

describe('rows of a user', () => {
  it('grant the role that the role field names', () => {
    const { grants } = userRows(userNode({ role: 'MEMBER' }), everything)
    expect(grants.map((grant) => grant.entitlementId)).toEqual(['role:member:member'])
  })

  it('bring along a role the API does not document', () => {
    const rows = userRows(userNode({ role: 'HELP_DESK' }), everything)
    expect(rows.resources.map((r) => [r.id.type, r.id.id, r.displayName])).toEqual([
      ['role', 'help_desk', 'Help Desk'],
      ['user', 'VXNlcjox', 'Ada Lovelace'],
    ])
    expect(rows.entitlements.map((e) => e.id)).toEqual(['role:help_desk:member'])
    expect(rows.grants.map((grant) => grant.entitlementId)).toEqual(['role:help_desk:member'])
  })

  it('name no role where roles are not wanted', () => {
    const rows = userRows(userNode({ role: 'HELP_DESK' }), { ...everything, types: new Set(['user']) })
    expect([rows.resources.length, rows.entitlements.length, rows.grants.length]).toEqual([1, 0, 0])
  })
})
