import type { UserNode } from './user-node.ts'
import type { ActionValues } from '../sdk/contract/action-values.ts'
import type { Action, ActionField } from '../sdk/contract/provisioner.ts'

const USER_ID: ActionField = {
  name: 'user_id',
  displayName: 'User',
  description: 'Id of the user',
  required: true,
}
const FIRST_NAME: ActionField = {
  name: 'first_name',
  displayName: 'First name',
  description: 'New first name; blank leaves it as it is',
  required: false,
}
const LAST_NAME: ActionField = {
  name: 'last_name',
  displayName: 'Last name',
  description: 'New last name; blank leaves it as it is',
  required: false,
}

/** How one action differs from the others: what it asks for and what stands there. */
export interface UserActionKind extends Pick<Action, 'name' | 'displayName' | 'description' | 'types' | 'fields'> {
  /** Why this user may not be changed so, as far as the record tells; where it is absent every user may be. */
  readonly guard?: (user: UserNode) => string | undefined
  /** Whether an active admin would be lost by it. */
  readonly takesAdmin?: true
  /** The state in words, as it is and as it is wanted; equal where there is nothing to do. */
  readonly states: (user: UserNode, values: ActionValues) => { readonly before: string; readonly after: string }
  /** Variables of the mutation besides the id; `undefined` sends the reset of MFA. */
  readonly variables?: (values: ActionValues) => Readonly<Record<string, string | undefined>>
}

const who = (user: UserNode): string => user.email ?? user.id

const notSynced = (user: UserNode): string | undefined =>
  user.type === 'SYNCED' ? `${who(user)} comes from the identity provider; change the user there` : undefined

const names = (first: string, last: string): string =>
  `first name ${JSON.stringify(first)}, last name ${JSON.stringify(last)}`

/** The actions on users, in the order they are listed. */
export const USER_ACTION_KINDS: readonly UserActionKind[] = [
  {
    name: 'enable_user',
    displayName: 'Enable user',
    description: 'Lets a disabled user sign in again; memberships and role were kept',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_ENABLE'],
    fields: [USER_ID],
    guard: (user) =>
      notSynced(user) ??
      (user.state === 'PENDING'
        ? `${who(user)} is invited and has not accepted yet; the user becomes active at the first sign-in`
        : undefined),
    states: (user) => ({ before: `state ${user.state}`, after: 'state ACTIVE' }),
    variables: () => ({ state: 'ACTIVE' }),
  },
  {
    name: 'disable_user',
    displayName: 'Disable user',
    description: 'Keeps a user from signing in; memberships, role and licence stay',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_DISABLE'],
    fields: [USER_ID],
    guard: (user) =>
      notSynced(user) ??
      (user.state === 'PENDING'
        ? `${who(user)} is invited and has not accepted yet, and Twingate disables no such user; delete the account instead`
        : undefined),
    takesAdmin: true,
    states: (user) => ({ before: `state ${user.state}`, after: 'state DISABLED' }),
    variables: () => ({ state: 'DISABLED' }),
  },
  {
    name: 'update_user',
    displayName: 'Update user',
    description: 'Changes the name of a user; the address cannot be changed',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_UPDATE_PROFILE'],
    fields: [USER_ID, FIRST_NAME, LAST_NAME],
    guard: notSynced,
    states: (user, values) => ({
      before: names(user.firstName, user.lastName),
      after: names(values['first_name'] ?? user.firstName, values['last_name'] ?? user.lastName),
    }),
    variables: (values) => ({ firstName: values['first_name'], lastName: values['last_name'] }),
  },
  {
    name: 'reset_mfa',
    displayName: 'Reset MFA',
    description: 'Forgets the second factors of a user, who sets them up anew at the next sign-in',
    types: ['ACTION_TYPE_ACCOUNT'],
    fields: [USER_ID],
    states: () => ({ before: 'MFA as it was set up', after: 'MFA to be set up anew' }),
  },
]
