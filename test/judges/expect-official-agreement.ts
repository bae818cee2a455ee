import { join } from 'node:path'
import { expect } from 'vitest'
import { expectBatonClone, expectBatonCsv, expectBatonXlsx } from './expect-baton-exports.ts'
import {
  expectBatonAccess,
  expectBatonEntitlements,
  expectBatonGrants,
  expectBatonPrincipals,
  expectBatonResources,
} from './expect-baton-lists.ts'
import { expectBatonStats } from './expect-baton-runs.ts'
import { expectedEntitlements, type ExpectedSnapshot } from './expected-snapshot.ts'
import type { OfficialTools } from './official-tools.ts'
import type { Verdict } from './verdict.ts'

/**
 * Every reading command of the official CLI, and the SDK's reader, tell of a file's latest sync exactly what is expected.
 *
 * `scratch` is an empty directory. At most three users and three entitlements are asked for one by one. Tells as an ordinary
 * assertion what differs. Returns the SDK's reading for further questions.
 */
export async function expectOfficialAgreement(
  tools: OfficialTools,
  file: string,
  expected: ExpectedSnapshot,
  scratch: string,
): Promise<Verdict> {
  const verdict = await tools.judge(file, { deep: true })
  expect(verdict.mismatches).toEqual([])
  await expectBatonResources(tools, file, expected)
  await expectBatonEntitlements(tools, file, expected)
  await expectBatonGrants(tools, file, expected)
  await expectBatonPrincipals(tools, file, expected)
  await expectBatonStats(tools, file, expected)
  for (const { id } of expectedEntitlements(expected).slice(0, 3))
    await expectBatonPrincipals(tools, file, expected, id)
  for (const { id } of expected.users.slice(0, 3)) await expectBatonAccess(tools, file, expected, id)
  await expectBatonCsv(tools, file, expected, join(scratch, 'sync.csv'))
  await expectBatonXlsx(tools, file, expected, join(scratch, 'sync.xlsx'))
  await expectBatonClone(tools, file, scratch)
  return verdict
}
