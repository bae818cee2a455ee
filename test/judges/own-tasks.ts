import { globalId } from '../tenant/global-id.ts'
import type { TaskJson } from './peer-commands.ts'

const group = (number: number) => ({ id: { resourceType: 'group', resource: globalId('Group', number) } })
const user = (number: number) => ({ id: { resourceType: 'user', resource: globalId('User', number) } })
const member = (number: number) => ({
  id: `group:${globalId('Group', number)}:member`,
  slug: 'member',
  resource: group(number),
})

/** Tasks over the demo tenant, by the numbers of its users (101 to 140) and groups (11 to 22, where 17 has no members). */
export const ownTasks = {
  grant: (userNumber = 139, groupNumber = 17): TaskJson => ({
    grant: { entitlement: member(groupNumber), principal: user(userNumber) },
  }),
  grantRole: (role: string, userNumber = 139): TaskJson => ({
    grant: {
      entitlement: {
        id: `role:${role}:member`,
        slug: 'member',
        resource: { id: { resourceType: 'role', resource: role } },
      },
      principal: user(userNumber),
    },
  }),
  revoke: (userNumber = 135, groupNumber = 16): TaskJson => ({
    revoke: {
      grant: {
        id: `group:${globalId('Group', groupNumber)}:member:user:${globalId('User', userNumber)}`,
        entitlement: member(groupNumber),
        principal: user(userNumber),
      },
    },
  }),
  createAccount: (login: string): TaskJson => ({
    createAccount: {
      accountInfo: {
        login,
        emails: [{ address: `${login}@acme.example`, isPrimary: true }],
        profile: { email: `${login}@acme.example` },
      },
      credentialOptions: { noPassword: {} },
    },
  }),
  deleteUser: (userNumber = 140): TaskJson => ({ deleteResource: { resourceId: user(userNumber).id } }),
  syncTypes: (...types: readonly string[]): TaskJson => ({ syncFull: { syncResourceTypeIds: types } }),
}
