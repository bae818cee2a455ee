import { describe, expect, it } from 'vitest'

import { type SyncRun, syncsToDrop } from '../../../../../src/sdk/snapshot/tables/retention.ts'

const POLICY = { keep: 2, skip: false }

/** `full1`: a full sync that ran at hour 1. `…!` is unfinished, `…~id` is linked to another. */
function run(spec: string): SyncRun {
  const [, kind = '', hour = '', open, linked] = /^(\D+)(\d)(!?)(?:~(.+))?$/.exec(spec) ?? []
  const kinds: Readonly<Record<string, string>> = {
    up: 'partial_upserts',
    del: 'partial_deletions',
    res: 'resources_only',
  }
  return {
    syncId: `${kind}${hour}`,
    kind: kinds[kind] ?? kind,
    startedAt: `2026-01-02 0${hour}:00:00`,
    ...(open === '' && { endedAt: `2026-01-02 0${hour}:30:00` }),
    linkedSyncId: linked ?? '',
  }
}

const dropped = (specs: string, policy = POLICY): string =>
  [...syncsToDrop(specs.split(' ').map(run), policy)].join(' ')

describe('syncsToDrop', () => {
  it.each([
    ['keeps as many full syncs as allowed', 'full1 full2', ''],
    ['drops the oldest full syncs', 'full1 full2 full3 full4', 'full1 full2'],
    ['goes by the order of rows, not by time', 'full4 full1 full2', 'full4'],
    ['counts an unknown kind as full', 'full1 strange2 full3', 'full1'],
    ['never drops an unfinished sync', 'full1! full2! partial3! full4 full5 full6', 'full4'],
    ['keeps partial syncs while no full sync goes', 'partial1 full2 full3', ''],
    [
      'drops partial syncs that ended before the earliest kept full sync',
      'full1 partial2 res3 full4 partial5 full6',
      'full1 partial2 res3',
    ],
    ['keeps two diff syncs', 'full1 del2~up3 up3~del2', ''],
    ['drops all diff syncs but the newest pair', 'del1~up2 up2~del1 del3~up4 up4~del3', 'del1 up2'],
  ])('%s', (_rule, specs, expected) => {
    expect(dropped(specs)).toBe(expected)
  })

  it('compares times, not their texts', () => {
    const full = (hour: string, zone: string): SyncRun => ({
      ...run('full1'),
      syncId: hour,
      startedAt: `2026-01-02T${hour}:00:00${zone}`,
    })
    const partial = { ...run('partial1'), endedAt: '2026-01-02 03:00:00' }
    const droppedOf = (...fulls: readonly SyncRun[]) => [
      ...syncsToDrop([fulls[0] ?? partial, partial, ...fulls.slice(1)], { keep: 1, skip: false }),
    ]
    expect(droppedOf(full('01', 'Z'), full('09', '+09:00'))).toEqual(['01'])
    expect(droppedOf(full('01', 'Z'), full('02', '-09:00'))).toEqual(['01', 'partial1'])
  })

  it('drops nothing when cleanup is skipped', () => {
    expect(dropped('full1 full2 full3', { keep: 1, skip: true })).toBe('')
  })
})
