import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accessOutput, entitlementsOutput, grantsOutput, resourcesOutput } from '../judges/baton-output.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runBatonJson } from '../judges/run-baton.ts'
import { batonDiff } from '../judges/expect-baton-runs.ts'
import { ACME, LATER } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined
const FIXTURES = join(import.meta.dirname, '../fixtures/expansion')

type Row = Readonly<Record<string, string>>

describe.skipIf(missing)(`readers beside the official command ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readers-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Rows of a reader of the real program. */
  const rowsOf = async (file: string, ...args: readonly string[]): Promise<readonly Row[]> => {
    const ends: (() => void)[] = []
    const program = startProgram([...args, '-f', file, '--output', 'ndjson'], {
      cwd: folder,
      atEnd: (end) => ends.push(end),
    })
    const { code, stdout, stderr } = await program.ended
    expect([code, stderr]).toEqual([args[0] === 'diff' ? 10 : 0, expect.any(String)])
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
  }

  test.each(['edges-before', 'edges-after'])(
    '%s: resources, entitlements and grants are the same sets',
    async (name) => {
      const file = join(folder, 'sync.c1z')
      await copyFile(join(FIXTURES, `${name}.sqlite.c1z`), file)
      const resources = await runBatonJson(tools, resourcesOutput, file, ['resources'])
      expect(
        (await rowsOf(file, 'list', 'resources'))
          .map(({ type, id, name: shown }) => `${type}:${id} ${shown}`)
          .toSorted(),
      ).toEqual(
        resources.resources
          .map(({ resource: { id, displayName } }) => `${id.resourceType}:${id.resource} ${displayName}`)
          .toSorted(),
      )
      const entitlements = await runBatonJson(tools, entitlementsOutput, file, ['entitlements'])
      expect((await rowsOf(file, 'list', 'entitlements')).map(({ id }) => `${id}`).toSorted()).toEqual(
        entitlements.entitlements.map(({ entitlement }) => entitlement.id).toSorted(),
      )
      const grants = await runBatonJson(tools, grantsOutput, file, ['grants'])
      expect(
        (await rowsOf(file, 'list', 'grants'))
          .map((row) => `${row['id']} ${row['entitlementId']} ${row['principalType']}:${row['principalId']}`)
          .toSorted(),
      ).toEqual(
        grants.grants
          .map(
            ({ grant, principal: { id } }) => `${grant.id} ${grant.entitlement.id} ${id.resourceType}:${id.resource}`,
          )
          .toSorted(),
      )
    },
  )

  test('what differs between two syncs are the resources and grants that the official command tells', async () => {
    const file = join(folder, 'sync.c1z')
    makeSnapshot(file, [ACME, LATER])
    const official = await batonDiff(tools, file)
    const rows = await rowsOf(file, 'diff')
    const counts = (kind: 'resources' | 'entitlements' | 'grants') => {
      const { created, deleted, modified } = official[kind]
      return [created.length, deleted.length, modified.length]
    }
    const ours = (is: (row: Row) => boolean) =>
      ['added', 'removed', 'changed'].map(
        (change) =>
          new Set(
            rows
              .filter((row) => is(row) && row['change']?.replace('expired', 'removed') === change)
              .map(({ id }) => id),
          ).size,
      )
    expect({
      resources: ours(({ what }) => what !== 'grant' && what !== 'entitlement'),
      entitlements: ours(({ what }) => what === 'entitlement'),
      grants: ours(({ what }) => what === 'grant'),
    }).toEqual({ resources: counts('resources'), entitlements: counts('entitlements'), grants: counts('grants') })
  })

  test('what a person can reach in a file that is not expanded is what the official command says of the expanded one', async () => {
    const [before, after] = [join(FIXTURES, 'edges-before.sqlite.c1z'), join(FIXTURES, 'edges-after.sqlite.c1z')]
    for (const user of ['u1', 'u3', 'u11']) {
      const { access } = await runBatonJson(tools, accessOutput, after, ['access', '-t', 'user', '-r', user])
      const wanted = access.flatMap(({ entitlements }) => entitlements.map(({ id }) => id)).toSorted()
      expect(wanted.length).toBeGreaterThan(0)
      for (const file of [before, after])
        expect(
          (await rowsOf(file, 'access', `user:${user}`)).map((row) => `${row['entitlementId']}`).toSorted(),
        ).toEqual([...new Set(wanted)])
    }
  })

  test('a sanitized file is read whole by the official reader, with as many rows of each type and no contradiction', async () => {
    const file = join(folder, 'sync.c1z')
    await copyFile(join(FIXTURES, 'edges-after.sqlite.c1z'), file)
    const ends: (() => void)[] = []
    const program = startProgram(['sanitize', '-f', file, '--out', 'shared.c1z'], {
      cwd: folder,
      atEnd: (end) => ends.push(end),
    })
    expect((await program.ended).code).toBe(0)
    const [before, after] = [await tools.judge(file), await tools.judge(join(folder, 'shared.c1z'))]
    const typesOf = (verdict: typeof before) => ({
      resources: verdict.resources.map(({ type, traits }) => `${type} ${traits}`).toSorted(),
      grants: verdict.grants.map(({ principal }) => principal.slice(0, principal.indexOf(':'))).toSorted(),
    })
    expect(typesOf(after)).toEqual(typesOf(before))
    expect(after.mismatches).toEqual([])
    expect(after.resources.length).toBeGreaterThan(50)
  })
})
