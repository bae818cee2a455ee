import type { ResourceId } from '../../sdk/model/model.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ClientCall, TwingateClient } from '../../twingate/client.ts'
import { TYPE_IDS } from '../../twingate/type-ids.ts'
import { findUsersByEmail, findUsersByName } from '../../resources/lookup.ts'
import { type GroupState, readGroups, readUsers } from '../../resources/lookup-by-id.ts'
import { groupId, userId } from '../../resources/membership.ts'
import { fullNameOf, GroupsNamed } from '../../resources/name-queries.ts'
import { groupsLike, usersLike } from './names-like.ts'
import { pageMany } from '../../twingate/page-many.ts'
import { ambiguous, type Named, named, notFound, onlyOne, type Resolved, sortTexts } from './reference-texts.ts'
import type { UserNode } from '../../resources/user-node.ts'

export type { Named, Resolved } from './reference-texts.ts'
export { resolveRole, resolveRoles } from './role-references.ts'

/** Whether near names may be told for a text that names nobody. */
export type MaySuggest = (text: string) => boolean

/**
 * Finds groups by id, BID or exact name, all with few requests.
 *
 * Shape: an id that Twingate can read is used as given, with the name if the group exists; the plan of a change checks whether it does. A name
 * matches a group only code point for code point, even if the server treats other spellings as equal.
 * Errors: as `client.query`; what is wrong with one text stands in its place.
 */
export async function resolveGroups(
  client: TwingateClient,
  texts: readonly string[],
  call: ClientCall,
): Promise<Resolved> {
  const { ids, names, resolved } = sortTexts(texts, TYPE_IDS.group)
  const known = await readGroups(client, [...ids.values()], call)
  for (const [text, id] of ids)
    resolved.set(
      text,
      byId(groupId(id), known.get(id), (group) => group.name),
    )
  const found = await pageMany(
    client,
    GroupsNamed,
    names.map((name) => ({ name })),
    (page) => page,
    call,
  )
  const unknown: string[] = []
  for (const [i, text] of names.entries()) {
    const groups = found[i] ?? []
    if (ConnectorError.is(groups)) resolved.set(text, groups)
    else {
      const [group, ...others] = groups.filter(({ name }) => name === text)
      if (!group) unknown.push(text)
      else if (others.length === 0) resolved.set(text, namedGroup(group))
      else resolved.set(text, ambiguous(text, 'group', [group, ...others], describeGroup))
    }
  }
  const like = await groupsLike(client, unknown, call)
  for (const text of unknown) resolved.set(text, notFound('group', text, like.get(text) ?? []))
  return resolved
}

/** Finds users by id, BID, address in any case, or exact full name, as `resolveGroups`. Near names are suggested where `maySuggest` says so. */
export async function resolveUsers(
  client: TwingateClient,
  texts: readonly string[],
  call: ClientCall,
  maySuggest: MaySuggest = () => true,
): Promise<Resolved> {
  const { ids, names, resolved } = sortTexts(texts, TYPE_IDS.user)
  const known = await readUsers(client, [...ids.values()], call)
  for (const [text, id] of ids) resolved.set(text, byId(userId(id), known.get(id), nameOf))
  const byEmail = await findUsersByEmail(
    client,
    names.filter((text) => text.includes('@')),
    call,
  )
  const isFound = (users: readonly UserNode[] | ConnectorError = []) => ConnectorError.is(users) || users.length > 0
  const byName = await findUsersByName(
    client,
    names.filter((text) => !isFound(byEmail.get(text))),
    call,
  )
  const unknown: string[] = []
  for (const text of names) {
    const users = byName.get(text) ?? byEmail.get(text) ?? []
    if (ConnectorError.is(users)) resolved.set(text, users)
    else {
      const [user, ...others] = users
      if (!user) unknown.push(text)
      else if (others.length === 0) resolved.set(text, namedUser(user))
      else resolved.set(text, ambiguous(text, 'user', users, describeUser))
    }
  }
  const like = await usersLike(client, unknown.filter(maySuggest), call)
  for (const text of unknown) resolved.set(text, notFound('user', text, like.get(text) ?? []))
  return resolved
}

/** The one group of that id, BID or name. Errors: `not-found`, `invalid-argument`; as `client.query`. */
export const resolveGroup = async (client: TwingateClient, text: string, call: ClientCall): Promise<ResourceId> =>
  onlyOne(await resolveGroups(client, [text], call), text)

/** The one user of that id, BID, address or name. Errors as `resolveGroup`. */
export const resolveUser = async (client: TwingateClient, text: string, call: ClientCall): Promise<ResourceId> =>
  onlyOne(await resolveUsers(client, [text], call), text)

/** Uses an id as given, unless it is not a valid id. */
const byId = <T>(id: ResourceId, found: T | ConnectorError | undefined, nameIn: (object: T) => string | undefined) =>
  ConnectorError.is(found) ? found : named(id, found && nameIn(found))

const namedGroup = (group: GroupState): Named => named(groupId(group.id), group.name)
const namedUser = (user: UserNode): Named => named(userId(user.id), nameOf(user))

function nameOf(user: UserNode): string | undefined {
  const name = fullNameOf(user).trim()
  if (!user.email) return name
  return name === '' ? user.email : `${name} <${user.email}>`
}

const describeGroup = ({ id, name, type, isActive }: GroupState): string =>
  `${id} (${name}, ${type}${isActive ? '' : ', inactive'})`

const describeUser = (user: UserNode): string => `${user.id} (${nameOf(user) ?? ''}, ${user.type}, ${user.state})`
