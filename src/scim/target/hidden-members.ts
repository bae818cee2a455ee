import { readListPage } from './answers.ts'
import { isAttributes, readKey } from './paths.ts'
import type { ObjectTools } from './read-object.ts'
import { resourcePath } from './resource-path.ts'
import { ENDPOINT } from './schemas.ts'

/** Nobody's id, for a filter that must not find anything. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

/**
 * Whether a user is a member of a group that does not show it: by the groups that the user shows, or by a filter that finds the group for this user and
 * not for nobody. What is proven is learned.
 *
 * Errors: as `Exchange`. Why: a server that does nothing and says yes looks the same as one that hides members (AWS IAM Identity Center).
 */
export async function isHiddenMember(
  group: string,
  user: string,
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<boolean> {
  const { learned } = tools
  // A target that has shown a member of any group does not hide them.
  if (learned.current().listShowsMembers !== undefined) return false
  const isProven =
    (await showsGroup(user, group, tools, signal)) ||
    ((await finds(group, user, tools, signal)) && !(await finds(group, NOBODY, tools, signal)))
  if (isProven) learned.learn({ hidesMembers: true })
  return isProven
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
