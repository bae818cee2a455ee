import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { encodeGrant } from '../../../../../src/sdk/wire/rows/grant.ts'
import { formatEntitlementId, formatGrantId } from '../../../../../src/sdk/model/ids.ts'
import type { Grant } from '../../../../../src/sdk/model/model.ts'
import type { SyncWriter } from '../../../../../src/sdk/sync/store.ts'
import { hostileText } from '../../wire/rows/hostile-text.ts'
import * as fixture from '../fixture.ts'

const { group, groupId, member, membership, newFolder, openPacked, rowsOf, SMALL, storeAt, user, userId } = fixture

async function newWriter(folder = newFolder()): Promise<SyncWriter> {
  return storeAt(folder).begin('full', () => false)
}

const holders = (name: string, count: number) => ({ entitlementId: member(name).id, resource: groupId(name), count })

describe('answers while collecting', () => {
  it('counts distinct resources and knows which are there', async () => {
    const writer = await newWriter()
    writer.write(SMALL, '1')
    writer.write({ resources: [user('ann'), user('cid')] }, '2')
    expect([writer.resourceCount('user'), writer.resourceCount('group'), writer.resourceCount('role')]).toEqual([
      3, 2, 0,
    ])
    expect([writer.hasResource(userId('cid')), writer.hasResource(userId('dan'))]).toEqual([true, false])
    writer.release()
  })

  it('does not take a principal for a resource because a grant names it', async () => {
    const writer = await newWriter()
    writer.write({ ...SMALL, grants: [membership('dan', 'g1')] }, '1')
    expect([writer.hasResource(userId('dan')), writer.resourceCount('user')]).toEqual([false, 2])
    writer.write({ resources: [user('dan')] }, '2')
    expect([writer.hasResource(userId('dan')), writer.resourceCount('user')]).toEqual([true, 3])
    writer.release()
  })

  it('finds entitlements whose grants differ from their count, each grant counted once', async () => {
    const writer = await newWriter()
    const counts = [holders('g1', 2), holders('g2', 3), holders('g3', 0), holders('g4', 1)]
    writer.write({ ...SMALL, holders: counts }, '1')
    writer.write({ grants: SMALL.grants ?? [] }, '2')
    expect(writer.holderGaps(10)).toEqual([
      { ...holders('g2', 3), found: 1 },
      { ...holders('g4', 1), found: 0 },
    ])
    expect(writer.holderGaps(1)).toHaveLength(1)
    writer.write({ holders: [holders('g2', 1), holders('g4', 0)] }, '3')
    expect(writer.holderGaps(10)).toEqual([])
    writer.release()
  })

  it('finds grants that point at nothing', async () => {
    const writer = await newWriter()
    writer.write({ ...SMALL, grants: [membership('ann', 'g9'), membership('dan', 'g1'), membership('dan', 'g9')] }, '1')
    expect(writer.dangling(10)).toEqual({ resources: [groupId('g9')], principals: [userId('dan')] })
    expect(writer.dangling(0)).toEqual({ resources: [], principals: [] })
    writer.write({ resources: [user('dan'), group('g9')], entitlements: [member('g9')] }, '2')
    expect(writer.dangling(10)).toEqual({ resources: [], principals: [] })
    writer.release()
  })
})

describe('removals', () => {
  it('takes out what a listing brought and the grants its resources hold', async () => {
    const writer = await newWriter()
    writer.write({ ...SMALL, holders: [holders('g1', 5)] }, '1')
    writer.write({ removals: [{ kind: 'listing', type: 'user' }] }, '2')
    expect(writer.counts()).toEqual({
      resourceTypes: 2,
      resources: { group: 2 },
      entitlements: { group: 2 },
      grants: {},
    })
    writer.write(
      { removals: [{ kind: 'listing', type: 'group' }], resources: [group('g1')], grants: [membership('ann', 'g1')] },
      '3',
    )
    expect(writer.counts()).toEqual({
      resourceTypes: 2,
      resources: { group: 1 },
      entitlements: {},
      grants: { group: 1 },
    })
    expect(writer.holderGaps(10)).toEqual([])
    expect(writer.dangling(10)).toEqual({ resources: [groupId('g1')], principals: [userId('ann')] })
    writer.release()
  })

  it('takes out the grants on one resource, then stores those of the same write', async () => {
    const folder = newFolder()
    const writer = await newWriter(folder)
    writer.write(SMALL, '1')
    writer.write({ removals: [{ kind: 'grants-on', resource: groupId('g1') }], grants: [membership('bob', 'g1')] }, '2')
    await writer.finish()
    expect(rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_grants').map((row) => row['external_id'])).toEqual([
      'group:g1:member:user:bob',
      'group:g2:member:user:ann',
    ])
  })

  it('takes out one resource with its entitlements, counts, and grants on either side', async () => {
    const folder = newFolder()
    const writer = await newWriter(folder)
    writer.write({ ...SMALL, holders: [holders('g1', 9)] }, '1')
    writer.write({ removals: [{ kind: 'resource', resource: userId('ann') }] }, '2')
    expect(writer.counts()).toMatchObject({ resources: { user: 1, group: 2 }, grants: { group: 1 } })
    writer.write({ removals: [{ kind: 'resource', resource: groupId('g1') }] }, '3')
    expect(writer.counts()).toMatchObject({ resources: { user: 1, group: 1 }, entitlements: { group: 1 }, grants: {} })
    expect([writer.holderGaps(10), writer.dangling(10)]).toEqual([[], { resources: [], principals: [] }])
    await writer.finish()
    expect(rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_grants')).toEqual([])
  })
})

describe('a write that fails', () => {
  it('stores none of its rows and leaves the writer usable', async () => {
    const writer = await newWriter()
    writer.write(SMALL, '1')
    const broken = { ...user('eve'), createdAt: new Date(Number.NaN) }
    const rows = { resources: [user('dan'), broken], grants: [membership('dan', 'g1')] }
    expect(() => writer.write(rows, '2')).toThrow(/store rows/)
    expect([writer.checkpoint, writer.hasResource(userId('dan'))]).toEqual(['1', false])
    writer.write({ resources: [user('dan')], grants: [membership('dan', 'g2')] }, '3')
    expect(writer.counts()).toMatchObject({ resources: { user: 3 }, grants: { group: 4 } })
    writer.release()
  })

  it('leaves no row number behind that a later row takes over', async () => {
    const writer = await newWriter()
    writer.write(SMALL, '1')
    const met = [membership('ann', 'g9')]
    const rows = { grants: met, holders: [holders('g1', Number.NaN)] }
    expect(() => writer.write(rows, '2')).toThrow(/store rows/)
    writer.write({ entitlements: [member('g8')], grants: met }, '3')
    expect(writer.dangling(10)).toEqual({ resources: [groupId('g9')], principals: [] })
    writer.release()
  })
})

describe('grants in the file', () => {
  const grants = fc.array(
    fc.record({
      group: hostileText,
      user: hostileText,
      reason: fc.option(fc.constantFrom('synced', 'managed elsewhere'), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it(
    'are byte for byte what the codec makes, ordered by entitlement, whatever the ids',
    { timeout: 120_000 },
    async () => {
      const shared = new Map(
        [{ reason: 'synced' }, { reason: 'managed elsewhere' }].map((value) => [value.reason, value]),
      )
      await fc.assert(
        fc.asyncProperty(grants, async (specs) => {
          const made = specs.map(({ group: groupName, user: userName, reason }): Grant => {
            const immutable = reason === undefined ? undefined : shared.get(reason)
            const entitlementId = formatEntitlementId(groupId(groupName), 'member')
            return {
              entitlementId,
              resource: groupId(groupName),
              principal: userId(userName),
              ...(immutable && { immutable }),
            }
          })
          const folder = newFolder()
          const writer = await newWriter(folder)
          writer.write({ grants: made }, '1')
          await writer.finish()
          const expected = new Map(
            made.map((grant) => [
              formatGrantId(grant.entitlementId, grant.principal).toWellFormed(),
              Buffer.from(encodeGrant(grant)),
            ]),
          )
          const rows = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_grants')
          expect(new Map(rows.map((row) => [row['external_id'], Buffer.from(row['data'] as Uint8Array)]))).toEqual(
            expected,
          )
          expect(rows).toHaveLength(expected.size)
        }),
        { numRuns: 25 },
      )
    },
  )
})

describe('a grant that is written again', () => {
  const synced = { reason: 'synced' }
  const plain = membership('ann', 'g1')
  const reasoned = { ...plain, immutable: synced }
  const other = { ...membership('bob', 'g1'), immutable: { reason: 'elsewhere' } }
  const cut = { removals: [{ kind: 'grants-on', resource: groupId('g2') }] } as const

  it.each([
    ['without its reason', [{ grants: [reasoned, other] }, { grants: [plain] }], plain],
    ['with a reason', [{ grants: [plain, other] }, { grants: [reasoned] }], reasoned],
    ['with it again', [{ grants: [reasoned, other] }, { grants: [reasoned, other] }], reasoned],
    ['in the same write', [{ grants: [reasoned, plain, other] }], plain],
    ['after rows were taken out', [{ grants: [reasoned, other] }, cut, { grants: [plain] }], plain],
    ['before rows are taken out', [{ grants: [plain, other] }, { grants: [reasoned] }, cut], reasoned],
  ] as const)('is one row, as it came last, and counts once (%s)', async (_, writes, last) => {
    const folder = newFolder()
    const writer = await newWriter(folder)
    for (const [i, write] of writes.entries()) writer.write(write, String(i))
    expect(writer.counts().grants).toEqual({ group: 2 })
    writer.write({ ...SMALL, grants: [], holders: [holders('g1', 2)] }, 'all')
    expect(writer.holderGaps(10)).toEqual([])
    await writer.finish()
    const rows = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_grants')
    expect(rows.map((row) => Buffer.from(row['data'] as Uint8Array))).toEqual(
      [last, other].map((grant) => Buffer.from(encodeGrant(grant))),
    )
  })
})

describe('release after finish', () => {
  it('leaves the run that has begun since alone', async () => {
    const folder = newFolder()
    const first = await newWriter(folder)
    first.write(SMALL, '1')
    await first.finish()
    const second = await newWriter(folder)
    first.release()
    second.write(SMALL, '1')
    await second.finish()
    expect(rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(2)
  })
})
