import { z } from 'zod'
import type { ManyQuery, Variables } from '../twingate/ask-many.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { GroupState } from './lookup-by-id.ts'
import { USER_FIELDS, UserNode } from './user-node.ts'

const GroupPage = placedConnectionOf(GroupState)
const UserPage = placedConnectionOf(UserNode)
type GroupPage = z.infer<typeof GroupPage>
type UserPage = z.infer<typeof UserPage>

const GROUPS = 'pageInfo { hasNextPage endCursor } edges { cursor node { id name type isActive } }'
const USERS = 'pageInfo { hasNextPage endCursor } edges { cursor node { ...UserFields } }'

/** Groups whose name the server takes for the one given. */
export const GroupsNamed: ManyQuery<GroupPage> = {
  operation: 'GroupsNamed',
  field: `groups(first: 50, after: $after, filter: { name: { eq: $name } }) { ${GROUPS} }`,
  parameters: { name: 'String!', after: 'String' },
  fragments: '',
  answer: GroupPage,
  probe: { name: 'x' },
}

/** Users whose first and last name the server takes for those given. */
export const UsersNamed: ManyQuery<UserPage> = {
  operation: 'UsersNamed',
  field: `users(first: 50, after: $after, filter: { firstName: { eq: $first }, lastName: { eq: $last } }) { ${USERS} }`,
  parameters: { first: 'String!', last: 'String!', after: 'String' },
  fragments: USER_FIELDS,
  answer: UserPage,
  probe: { first: 'x', last: 'x' },
}

const Named = z.object({ id: z.string().min(1), name: z.string() })
const NamedPage = placedConnectionOf(Named)
type NamedPage = z.infer<typeof NamedPage>

const namedQuery = (operation: string, list: string): ManyQuery<NamedPage> => ({
  operation,
  field: `${list}(first: 50, after: $after, filter: { name: { eq: $name } }) { pageInfo { hasNextPage endCursor } edges { cursor node { id name } } }`,
  parameters: { name: 'String!', after: 'String' },
  fragments: '',
  answer: NamedPage,
  probe: { name: 'x' },
})

/** Resources, service accounts and policies whose name the server takes for the one given. */
export const ResourcesNamed = namedQuery('ResourcesNamed', 'resources')
export const ServiceAccountsNamed = namedQuery('ServiceAccountsNamed', 'serviceAccounts')
export const PoliciesNamed = namedQuery('PoliciesNamed', 'securityPolicies')

/** Groups whose name holds a part of what was typed, for suggestions. Without a part: any. */
export const GroupsLike: ManyQuery<GroupPage> = {
  operation: 'GroupsLike',
  field: `groups(first: 50, filter: { name: { contains: $part } }) { ${GROUPS} }`,
  parameters: { part: 'String' },
  fragments: '',
  answer: GroupPage,
  probe: { part: 'x' },
}

/** Users likewise, by any one of three parts. */
export const UsersLike: ManyQuery<UserPage> = {
  operation: 'UsersLike',
  field: `users(first: 50, filter: { firstName: { startsWith: $first }, lastName: { startsWith: $last }, email: { contains: $email } }) { ${USERS} }`,
  parameters: { first: 'String', last: 'String', email: 'String' },
  fragments: USER_FIELDS,
  answer: UserPage,
  probe: { email: 'x' },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const nameQueries = [
  ...[GroupsNamed, UsersNamed, ResourcesNamed, ServiceAccountsNamed, PoliciesNamed],
  ...[GroupsLike, UsersLike],
]

/** First and last name as one text; a part that is missing leaves no blank. */
export const fullNameOf = ({ firstName, lastName }: Pick<UserNode, 'firstName' | 'lastName'>): string =>
  [firstName, lastName].filter((part) => part !== '').join(' ')

/** Every way a full name may be split into first and last name. */
export const splitsOf = (name: string): readonly Variables[] => [
  { first: name, last: '' },
  { first: '', last: name },
  ...[...name.matchAll(/ /g)].map(({ index }) => ({ first: name.slice(0, index), last: name.slice(index + 1) })),
]

/** A slip of the hand leaves one half of a text as it is. */
export const halvesOf = (text: string): readonly string[] => {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half.length > 1)
}
