import type { ResourceId } from '../sdk/model.ts'
import { askMany } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { TYPE_IDS } from './fragments.ts'
import { findUsersByEmail } from './lookup.ts'
import { type GroupState, readGroups, readUsers } from './lookup-by-id.ts'
import { groupId, userId } from './membership.ts'
import { GroupsNamed, splitsOf, UsersNamed } from './name-queries.ts'
import { groupsLike, usersLike } from './names-like.ts'
import { ambiguous, type Named, named, notFound, onlyOne, type Resolved, sortTexts } from './reference-texts.ts'
import type { UserNode } from './user-node.ts'

export type { Named, Resolved } from './reference-texts.ts'
export { resolveRole, resolveRoles } from './role-references.ts'

/**
 * Finds groups by id, BID or exact name, all with few requests.
 *
 * Shape: an id is taken as it is, with the name where there is such a group: whether there is one, the plan of a change tells.
 * Errors: as `client.query`; what is wrong with one text stands in its place.
 */
export async function resolveGroups(
  client: TwingateClient,
  texts: readonly string[],
  call: ClientCall,
): Promise<Resolved> {
  const { ids, names, resolved } = sortTexts(texts, TYPE_IDS.group)
  const known = await readGroups(client, [...ids.values()], call)
  for (const [text, id] of ids) resolved.set(text, named(groupId(id), known.get(id)?.name))
  const answers = await askMany(
    client,
    GroupsNamed,
    names.map((name) => ({ name })),
    call,
  )
  const unknown: string[] = []
  for (const [i, text] of names.entries()) {
    const groups = answers[i]?.edges.map((edge) => edge.node) ?? []
    const [group] = groups
    if (!group) unknown.push(text)
    else resolved.set(text, groups.length > 1 ? ambiguous(text, 'group', groups.map(describeGroup)) : namedGroup(group))
  }
  const like = await groupsLike(client, unknown, call)
  for (const text of unknown) resolved.set(text, notFound('group', text, like.get(text) ?? []))
  return resolved
}

/** Finds users by id, BID, address in any case, or exact full name, as `resolveGroups`. */
export async function resolveUsers(
  client: TwingateClient,
  texts: readonly string[],
  call: ClientCall,
): Promise<Resolved> {
  const { ids, names, resolved } = sortTexts(texts, TYPE_IDS.user)
  const known = await readUsers(client, [...ids.values()], call)
  for (const [text, id] of ids) resolved.set(text, named(userId(id), nameOf(known.get(id))))
  const byEmail = await findUsersByEmail(
    client,
    names.filter((text) => text.includes('@')),
    call,
  )
  const nobody = names.filter((text) => !byEmail.get(text)?.length)
  const splits = nobody.flatMap((text) => splitsOf(text.trim()).map((item) => ({ text, item })))
  const answers = await askMany(
    client,
    UsersNamed,
    splits.map(({ item }) => item),
    call,
  )
  const found = Map.groupBy(
    splits.flatMap(({ text }, i) => (answers[i]?.edges ?? []).map(({ node }) => ({ text, node }))),
    ({ text }) => text,
  )
  const unknown: string[] = []
  for (const text of names) {
    const byName = (found.get(text) ?? []).map(({ node }) => node)
    const users = [...new Map([...(byEmail.get(text) ?? []), ...byName].map((user) => [user.id, user])).values()]
    const [user] = users
    if (!user) unknown.push(text)
    else resolved.set(text, users.length > 1 ? ambiguous(text, 'user', users.map(describeUser)) : namedUser(user))
  }
  const like = await usersLike(client, unknown, call)
  for (const text of unknown) resolved.set(text, notFound('user', text, like.get(text) ?? []))
  return resolved
}

/** The one group of that id, BID or name. Errors: `not-found`, `invalid-argument`; as `client.query`. */
export const resolveGroup = async (client: TwingateClient, text: string, call: ClientCall): Promise<ResourceId> =>
  onlyOne(await resolveGroups(client, [text], call), text)

/** The one user of that id, BID, address or name. Errors as `resolveGroup`. */
export const resolveUser = async (client: TwingateClient, text: string, call: ClientCall): Promise<ResourceId> =>
  onlyOne(await resolveUsers(client, [text], call), text)

const namedGroup = (group: GroupState): Named => named(groupId(group.id), group.name)
const namedUser = (user: UserNode): Named => named(userId(user.id), nameOf(user))

function nameOf(user: UserNode | undefined): string | undefined {
  if (!user) return undefined
  const name = `${user.firstName} ${user.lastName}`.trim()
  if (!user.email) return name
  return name === '' ? user.email : `${name} <${user.email}>`
}

const describeGroup = ({ id, name, type, isActive }: GroupState): string =>
  `${id} (${name}, ${type}${isActive ? '' : ', inactive'})`

const describeUser = (user: UserNode): string => `${user.id} (${nameOf(user) ?? ''}, ${user.type}, ${user.state})`
