import { expect } from 'vitest'
import { diffOutput, statsOutput, syncsOutput, type DiffOutput } from './baton-output.ts'
import { expectedEntitlements, expectedGrants, type ExpectedSnapshot } from './expected-snapshot.ts'
import type { OfficialTools } from './official-tools.ts'
import { runBatonJson } from './run-baton.ts'

/** `baton stats` counts exactly the rows expected, per resource type. */
export async function expectBatonStats(tools: OfficialTools, file: string, expected: ExpectedSnapshot): Promise<void> {
  const { stats } = await runBatonJson(tools, statsOutput, file, ['stats'])
  expect(withoutZeros(stats.resourcesByResourceType)).toEqual(
    withoutZeros({ user: expected.users.length, group: expected.groups.length, role: expected.roles.length }),
  )
  expect(withoutZeros(stats.entitlementsByResourceType)).toEqual(countByType(expectedEntitlements(expected)))
  expect(withoutZeros(stats.grantsByResourceType)).toEqual(countByType(expectedGrants(expected)))
}

/** `baton syncs` shows so many finished full syncs and nothing else. Returns their ids, oldest first. */
export async function expectBatonSyncs(tools: OfficialTools, file: string, count: number): Promise<readonly string[]> {
  const { syncs } = await runBatonJson(tools, syncsOutput, file, ['syncs'])
  expect(
    syncs.map(({ syncType, endedAt }) => `${syncType} ${endedAt === undefined ? 'unfinished' : 'finished'}`),
  ).toEqual(Array.from({ length: count }, () => 'full finished'))
  return syncs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).map(({ id }) => id)
}

/** What `baton diff` finds between the two newest full syncs of a file. Errors: where the file holds fewer. */
export const batonDiff = (tools: OfficialTools, file: string): Promise<DiffOutput> =>
  runBatonJson(tools, diffOutput, file, ['diff'])

/** `baton diff` finds the two newest full syncs of a file equal. */
export async function expectBatonNoDiff(tools: OfficialTools, file: string): Promise<void> {
  const nothing = { created: [], deleted: [], modified: [] }
  expect(await batonDiff(tools, file)).toEqual({ resources: nothing, entitlements: nothing, grants: nothing })
}

function countByType(rows: readonly { readonly resourceType: string }[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { resourceType } of rows) counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1)
  return Object.fromEntries(counts)
}

const withoutZeros = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
