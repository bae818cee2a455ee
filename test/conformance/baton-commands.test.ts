import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { batonDiff, expectBatonNoDiff, expectBatonSyncs } from '../judges/expect-baton-runs.ts'
import { expectOfficialAgreement } from '../judges/expect-official-agreement.ts'
import type { ExpectedSnapshot } from '../judges/expected-snapshot.ts'
import { HAND_MADE, writeHandMadeSnapshot } from '../judges/hand-made-snapshot.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`official commands ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'baton-commands-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('every command tells of a file by the Go SDK what was written into it', async () => {
    await tools.writeBench({ engine: 'sqlite', users: 12, groups: 4, memberships: 3, out: directory })
    const file = join(directory, 'bench-sqlite.c1z')
    const verdict = await expectOfficialAgreement(tools, file, benchTenant(12, 4, 3), directory)
    expect(verdict.stats).toMatchObject({ resourceTypes: 2, resources: 16, entitlements: 4 })
  })

  test('every command tells of a hand-made file what was written into it', async () => {
    const file = join(directory, 'hand.c1z')
    await writeHandMadeSnapshot(file, { startedAt: new Date() })
    const verdict = await expectOfficialAgreement(tools, file, HAND_MADE, directory)
    expect(verdict.stats).toMatchObject({ resourceTypes: 2, resources: 2, entitlements: 1, grants: 1 })
  })

  test('a group that is expected and not there is an assertion error', async () => {
    const file = join(directory, 'hand.c1z')
    await writeHandMadeSnapshot(file, { startedAt: new Date() })
    const more: ExpectedSnapshot = {
      ...HAND_MADE,
      groups: [...HAND_MADE.groups, { id: 'g2', displayName: 'Nobody' }],
    }
    await expect(expectOfficialAgreement(tools, file, more, directory)).rejects.toMatchObject({
      name: 'AssertionError',
      expected: expect.arrayContaining(['group:g2 Nobody']),
    })
  })

  test('two equal syncs in one file are both listed and do not differ', async () => {
    await tools.writeBench({ engine: 'sqlite', users: 5, groups: 2, memberships: 2, out: directory, third: true })
    const file = join(directory, 'bench-sqlite.c1z')
    expect(await expectBatonSyncs(tools, file, 2)).toHaveLength(2)
    await expectBatonNoDiff(tools, file)
  })

  test('a file with one sync has nothing to diff', async () => {
    const file = join(directory, 'hand.c1z')
    await writeHandMadeSnapshot(file, { startedAt: new Date() })
    await expectBatonSyncs(tools, file, 1)
    await expect(batonDiff(tools, file)).rejects.toThrow('cannot diff single sync run')
  })
})

const id = (kind: string, n: number): string => Buffer.from(`${kind}:${n}`).toString('base64')
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** The tenant of `writebench`, see `cmd/writebench/tenant.go`. */
function benchTenant(users: number, groups: number, drawn: number): ExpectedSnapshot {
  return {
    users: range(users).map((i) => ({
      id: id('User', 1000 + i),
      displayName: `First${i} Last${i}`,
      firstName: `First${i}`,
      lastName: `Last${i}`,
      email: `user${i}@example.com`,
      status: 'enabled',
    })),
    groups: range(groups).map((i) => ({ id: id('Group', i + 1), displayName: `Group ${i + 1}` })),
    roles: [],
    memberships: range(users).flatMap((i) =>
      [...new Set(range(drawn).map((j) => (i * 7 + j * 131 + j * j) % groups))].map((group) => ({
        user: id('User', 1000 + i),
        group: id('Group', group + 1),
      })),
    ),
    roleHolders: [],
  }
}
