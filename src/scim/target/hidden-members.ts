import { readListPage, readObject } from './answers.ts'
import { namesWithMembers } from './group-query.ts'
import { isAttributes, readKey } from './paths.ts'
import { getObject, type ObjectTools } from './read-object.ts'
import { resourcePath } from './resource-path.ts'
import { ENDPOINT } from './schemas.ts'
import type { SoughtMember } from './target.ts'

/** Nobody's id, for a filter that must not find anything. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

/**
 * Looks for a user among the members of a group that does not show the user: asks the group for its members by name, then the user for the groups,
 * then a filter for the group with this member, and with nobody. What is proven is learned.
 *
 * Errors: as `Exchange`. Why: a server that does nothing and says yes looks the same as one that gives members on request alone (Keycloak), or never
 * (AWS IAM Identity Center).
 */
export async function seekMember(
  group: string,
  user: string,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<SoughtMember> {
  const { learned } = tools
  // A target that has shown a member of any group does not hide them.
  if (learned.current().listShowsMembers !== undefined) return 'nowhere'
  if (await showsOnRequest(group, user, tools, signal)) return 'shown'
  const isProven =
    (await showsGroup(user, group, tools, signal)) ||
    ((await finds(group, user, tools, signal)) && !(await finds(group, NOBODY, tools, signal)))
  if (isProven) learned.learn({ hidesMembers: true })
  return isProven ? 'hidden' : 'nowhere'
}

async function showsOnRequest(group: string, user: string, tools: ObjectTools, signal: AbortSignal): Promise<boolean> {
  const { exchange, learned } = tools
  if (learned.current().groupAttributes !== undefined) return false
  const usual = await getObject('group', group, tools, signal)
  if (!usual) return false
  const groupAttributes = [...namesWithMembers(usual.attributes)]
  const request = {
    path: resourcePath('group', group),
    query: { attributes: groupAttributes.join(',') },
    operation: 'read the members of a group',
  }
  const { status, body } = await exchange.read(request, signal)
  const members = status < 300 ? readObject('group', body, { shown: false })?.members : undefined
  const isShown = members?.includes(user) === true
  if (isShown) {
    learned.learn({ groupAttributes })
    tools.sightings.withoutMembers.clear()
  }
  return isShown
}

async function showsGroup(
  user: string,
  group: string,
  { exchange }: ObjectTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { status, body } = await exchange.read({ path: resourcePath('user', user), operation: 'read a user' }, signal)
  const groups = status < 300 && isAttributes(body) ? readKey(body, 'groups') : undefined
  return Array.isArray(groups) && groups.some((one) => isAttributes(one) && String(readKey(one, 'value')) === group)
}

async function finds(group: string, user: string, { exchange }: ObjectTools, signal: AbortSignal): Promise<boolean> {
  const query = { filter: `id eq ${JSON.stringify(group)} and members eq ${JSON.stringify(user)}` }
  const { status, body } = await exchange.read({ path: ENDPOINT.group, query, operation: 'find a membership' }, signal)
  const page = status < 300 ? readListPage(body) : undefined
  return page?.resources.length === 1 && String(readKey(page.resources[0] ?? {}, 'id')) === group
}
