import type { TaskJson } from './peer-commands.ts'

const group = (id: string) => ({ id: { resourceType: 'group', resource: id } })
const user = (id: string) => ({ id: { resourceType: 'user', resource: id } })
const member = (of: string) => ({ id: `group:${of}:member`, slug: 'member', resource: group(of) })

/** Tasks over the toy connector's directory: users `toy-user-1` to `-5`, groups `toy-group-1` to `-3`, the last without members. */
export const toyTasks = {
  grant: (userId = 'toy-user-5', groupId = 'toy-group-3'): TaskJson => ({
    grant: { entitlement: member(groupId), principal: user(userId) },
  }),
  revoke: (userId = 'toy-user-1', groupId = 'toy-group-1'): TaskJson => ({
    revoke: {
      grant: { id: `group:${groupId}:member:user:${userId}`, entitlement: member(groupId), principal: user(userId) },
    },
  }),
  createAccount: (login: string): TaskJson => ({
    createAccount: { accountInfo: { login, emails: [{ address: `${login}@example.com`, isPrimary: true }] } },
  }),
  deleteUser: (userId = 'toy-user-4'): TaskJson => ({ deleteResource: { resourceId: user(userId).id } }),
  syncTypes: (...types: readonly string[]): TaskJson => ({ syncFull: { syncResourceTypeIds: types } }),
  syncUsers: (...ids: readonly string[]): TaskJson => ({ syncFull: { targetedSyncResources: ids.map(user) } }),
  invoke: (name: string, args: object = {}): TaskJson => ({ actionInvoke: { name, args } }),
}
