import { expect, test } from 'vitest'
import { globalId } from './global-id.ts'
import { Tenant } from './tenant.ts'

test('new rows get fresh ids that read Kind:number', () => {
  const tenant = new Tenant()
  const ids = [tenant.addUser(), tenant.addUser(), tenant.addGroup()].map((row) =>
    Buffer.from(row.id, 'base64').toString(),
  )
  expect(ids).toEqual(['User:1001', 'User:1002', 'Group:1003'])
})

test('a number cannot be used twice', () => {
  const tenant = new Tenant()
  tenant.addUser({ number: 7 })
  expect(() => tenant.addUser({ number: 7 })).toThrow('user 7 exists')
})

test('a membership is seen from both sides, once', () => {
  const tenant = new Tenant()
  const [user, group] = [tenant.addUser(), tenant.addGroup()]
  tenant.addMember(group, user)
  tenant.addMember(group, user)
  expect([user.groups, group.users]).toEqual([[group], [user]])
})

test('removing a user or a group ends its memberships', () => {
  const tenant = new Tenant()
  const [user, other, group] = [tenant.addUser(), tenant.addUser(), tenant.addGroup()]
  tenant.addMember(group, user)
  tenant.addMember(group, other)
  tenant.removeUser(user)
  expect([tenant.users, group.users, tenant.user(user.id)]).toEqual([[other], [other], undefined])
  tenant.removeGroup(group)
  expect([tenant.groups, other.groups, tenant.group(group.id)]).toEqual([[], [], undefined])
})

test('a SYSTEM group holds every user, earlier and later ones', () => {
  const tenant = new Tenant()
  tenant.addUser()
  const everyone = tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
  tenant.addUser()
  expect(everyone.users).toEqual(tenant.users)
})

test('rows are found by id, address and name', () => {
  const tenant = new Tenant()
  const user = tenant.addUser({ number: 5, email: 'A@x.example' })
  const group = tenant.addGroup({ number: 6, name: 'Six' })
  expect(tenant.user(globalId('User', 5))).toBe(user)
  expect(tenant.userByEmail('a@X.example')).toBe(user)
  expect(tenant.groupByName('Six')).toBe(group)
})
