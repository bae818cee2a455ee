import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ManyQuery } from '../twingate/ask-many.ts'
import type { ClientCall, Query, TwingateClient } from '../twingate/client.ts'
import { nextCursor } from '../twingate/cursor.ts'
import { connectionOf, placedConnectionOf } from '../twingate/connection.ts'
import { accessRequestTicketQueries } from './access-request-tickets.ts'
import { accessQueries } from './access-lookup.ts'
import { groupNameQueries } from './group-names.ts'
import { groupResourceQueries } from './group-resources.ts'
import { holdingQueries } from './holdings.ts'
import { byIdQueries } from './lookup-by-id.ts'
import { membershipQueries } from './membership-lookup.ts'
import { sameAddress, USER_FIELDS, UserNode } from './user-node.ts'
import { fullNameOf, nameQueries, splitsOf, UsersNamed } from './name-queries.ts'
import { pageMany } from '../twingate/page-many.ts'

export { type ById, GroupState, readGroups, readUsers } from './lookup-by-id.ts'

const UserPage = placedConnectionOf(UserNode)

const UsersByEmail: ManyQuery<z.infer<typeof UserPage>> = {
  operation: 'UsersByEmail',
  field: `users(first: 50, after: $after, filter: { email: { ieq: $email } }) {
    pageInfo { hasNextPage endCursor } edges { cursor node { ...UserFields } }
  }`,
  parameters: { email: 'String!', after: 'String' },
  fragments: USER_FIELDS,
  answer: UserPage,
  probe: { email: 'nobody@example.com' },
}

const Admins = connectionOf(z.object({ id: z.string(), state: z.string(), role: z.string() }))

const ActiveAdmins: Query<{ users: z.infer<typeof Admins> }> = {
  operation: 'ActiveAdmins',
  document: `query ActiveAdmins($roles: [UserRole!], $first: Int!, $after: String) {
    users(first: $first, after: $after, filter: { role: { in: $roles } }) {
      pageInfo { hasNextPage endCursor }
      edges { node { id state role } }
    }
  }`,
  answer: z.object({ users: Admins }),
}

/** Every constant document of this file, for the test that checks them against the schema. */
export const lookupQueries = [ActiveAdmins]

/** Every question whose document is built at run time, for the same test. */
export const lookupManyQueries = [
  ...byIdQueries,
  ...accessQueries,
  ...groupResourceQueries,
  ...holdingQueries,
  ...membershipQueries,
  ...nameQueries,
  ...groupNameQueries,
  ...accessRequestTicketQueries,
  UsersByEmail,
]

/**
 * Users by address, any case, under the address as it was given. More than one may have the same. One request per 50 addresses.
 *
 * Shape: an error in the place of users says that the API cannot look for this address.
 */
export async function findUsersByEmail(
  client: TwingateClient,
  emails: readonly string[],
  call: ClientCall,
): Promise<ReadonlyMap<string, readonly UserNode[] | ConnectorError>> {
  const once = [...new Set(emails)]
  const asked = once.filter((email) => email.trim() !== '')
  const found = await pageMany(
    client,
    UsersByEmail,
    asked.map((email) => ({ email: email.trim() })),
    (page) => page,
    call,
  )
  const nodes = new Map(
    asked.map((email, i) => {
      const users = found[i] ?? []
      return [email, ConnectorError.is(users) ? users : users.filter((user) => sameAddress(user.email ?? '', email))]
    }),
  )
  return new Map(once.map((email) => [email, nodes.get(email) ?? []]))
}

/** Users by full name, likewise: exactly that text, wherever first and last name part. A few requests per 50 names. */
export async function findUsersByName(
  client: TwingateClient,
  names: readonly string[],
  call: ClientCall,
): Promise<ReadonlyMap<string, readonly UserNode[] | ConnectorError>> {
  const splits = names.flatMap((name) => splitsOf(name).map((item) => ({ name, item })))
  const found = await pageMany(
    client,
    UsersNamed,
    splits.map(({ item }) => item),
    (page) => page,
    call,
  )
  const lists = Map.groupBy(
    splits.map(({ name }, i) => ({ name, list: found[i] ?? [] })),
    ({ name }) => name,
  )
  return new Map(
    [...lists].map(([name, ofName]) => [
      name,
      exactly(
        name,
        ofName.map(({ list }) => list),
      ),
    ]),
  )
}

/** Those of the full name, each once; an error where one of the lists is none. */
function exactly(
  name: string,
  lists: readonly (readonly UserNode[] | ConnectorError)[],
): readonly UserNode[] | ConnectorError {
  const users = new Map<string, UserNode>()
  for (const list of lists) {
    if (ConnectorError.is(list)) return list
    for (const user of list) if (fullNameOf(user) === name) users.set(user.id, user)
  }
  return [...users.values()]
}

/**
 * Ids of the users with role ADMIN who may sign in.
 *
 * Errors: as `client.query`; `unavailable` where the list lacks one of `known`, who were seen to be such: then it may lack others, too.
 */
export async function activeAdmins(
  client: TwingateClient,
  call: ClientCall,
  known: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const admins = new Set<string>()
  let empty = 0
  for (let after: string | undefined; ;) {
    const { users } = await client.query(ActiveAdmins, { roles: ['ADMIN'], first: 50, after }, call)
    for (const { node } of users.edges) if (node.state === 'ACTIVE' && node.role === 'ADMIN') admins.add(node.id)
    empty = users.edges.length === 0 ? empty + 1 : 0
    after = nextCursor(users.pageInfo, after, ActiveAdmins.operation, empty)
    if (after === undefined) break
  }
  const missed = known.find((id) => !admins.has(id))
  if (missed === undefined) return admins
  throw new ConnectorError(
    'unavailable',
    ActiveAdmins.operation,
    `Twingate's list of admins lacks ${missed}, who is an admin; nothing is changed until the list is complete`,
    undefined,
    'malformed answer',
  )
}
