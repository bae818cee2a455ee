import { expect } from 'vitest'
import { accessOutput, entitlementsOutput, grantsOutput, resourcesOutput } from './baton-output.ts'
import {
  expectedEntitlements,
  expectedGrants,
  expectedResources,
  resourceLine,
  type ExpectedSnapshot,
} from './expected-snapshot.ts'
import type { OfficialTools } from './official-tools.ts'
import { runBatonJson } from './run-baton.ts'

interface Shown {
  readonly id: { readonly resourceType: string; readonly resource: string }
  readonly displayName: string
}

const line = ({ id, displayName }: Shown): string => resourceLine(id.resourceType, id.resource, displayName)
const sorted = (lines: Iterable<string>): readonly string[] => [...lines].sort()

/** `baton resources` shows exactly the users, groups and roles expected, each under a known resource type. */
export async function expectBatonResources(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
): Promise<void> {
  const { resources } = await runBatonJson(tools, resourcesOutput, file, ['resources'])
  expect(sorted(resources.map(({ resource }) => line(resource)))).toEqual(sorted(expectedResources(expected)))
  for (const { resource, resourceType } of resources) expect(resourceType.id).toBe(resource.id.resourceType)
}

/** `baton entitlements` shows exactly one `member` entitlement for each group and role, with the resource's name. */
export async function expectBatonEntitlements(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
): Promise<void> {
  const { entitlements } = await runBatonJson(tools, entitlementsOutput, file, ['entitlements'])
  const shown = entitlements.map(
    ({ entitlement, resource }) => `${entitlement.id} ${entitlement.slug} ${line(resource)}`,
  )
  const wanted = expectedEntitlements(expected).map(
    (e) => `${e.id} member ${resourceLine(e.resourceType, e.resourceId, e.resourceName)}`,
  )
  expect(sorted(shown)).toEqual(sorted(wanted))
}

/** `baton grants` shows exactly the memberships and role holders expected, with the names of both ends. */
export async function expectBatonGrants(tools: OfficialTools, file: string, expected: ExpectedSnapshot): Promise<void> {
  const { grants } = await runBatonJson(tools, grantsOutput, file, ['grants'])
  const shown = grants.map(
    ({ grant, entitlement, resource, principal }) =>
      `${grant.id} | ${entitlement.id} | ${line(resource)} | ${line(principal)}`,
  )
  const names = namesOf(expected)
  const wanted = expectedGrants(expected).map(
    (g) =>
      `${g.id} | ${g.entitlementId} | ${resourceLine(g.resourceType, g.resourceId, names(g.resourceType, g.resourceId))}` +
      ` | ${resourceLine('user', g.userId, names('user', g.userId))}`,
  )
  expect(sorted(shown)).toEqual(sorted(wanted))
}

/** `baton principals` shows exactly the users who hold anything; with an entitlement id, those who hold that one. */
export async function expectBatonPrincipals(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
  entitlementId?: string,
): Promise<void> {
  const filter = entitlementId === undefined ? [] : ['--entitlement', entitlementId]
  const { resources } = await runBatonJson(tools, resourcesOutput, file, ['principals', ...filter])
  const names = namesOf(expected)
  const holders = expectedGrants(expected)
    .filter((grant) => entitlementId === undefined || grant.entitlementId === entitlementId)
    .map((grant) => resourceLine('user', grant.userId, names('user', grant.userId)))
  expect(sorted(resources.map(({ resource }) => line(resource)))).toEqual(sorted(new Set(holders)))
}

/** `baton access` shows exactly what one user holds. */
export async function expectBatonAccess(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
  userId: string,
): Promise<void> {
  const args = ['access', '--resource-type', 'user', '--resource', userId]
  const { principal, access } = await runBatonJson(tools, accessOutput, file, args)
  expect(line(principal)).toBe(resourceLine('user', userId, namesOf(expected)('user', userId)))
  const wanted = expectedGrants(expected).filter((grant) => grant.userId === userId)
  expect(sorted(access.flatMap(({ entitlements }) => entitlements.map(({ id }) => id)))).toEqual(
    sorted(wanted.map((grant) => grant.entitlementId)),
  )
}

function namesOf({ users, groups, roles }: ExpectedSnapshot): (type: string, id: string) => string {
  const lists: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
    Object.entries({ user: users, group: groups, role: roles }).map(([type, list]) => [
      type,
      new Map(list.map(({ id, displayName }) => [id, displayName])),
    ]),
  )
  return (type, id) => lists.get(type)?.get(id) ?? `(nothing expected under ${type}:${id})`
}
