import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ACME } from '../../support/readers/acme.ts'
import { makeSnapshot, type MadeSync } from '../../support/readers/make-snapshot.ts'
import { fileOf, newFolder, read, rowsOf } from './fixture.ts'

/** Problems of a file after SQL spoiled it. */
async function problemsAfter(sql: string, syncs: readonly MadeSync[] = [ACME]) {
  const file = join(newFolder(), 'acme.c1z')
  makeSnapshot(file, syncs, (database) => database.exec(sql))
  return (await rowsOf(file, 'lint')).map(({ problem, id, rows }) => `${String(problem)} ${String(id)} ${String(rows)}`)
}

describe('lint', () => {
  it('finds nothing in a sound file, says how large it is, and ends with 0', async () => {
    const { code, stdout, stderr } = await read(fileOf(ACME), 'lint')
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(
      /acme\.c1z: \d+ kB, \d+ kB unpacked, 1 sync; shown: 11 resources, 8 entitlements, 9 grants\nno contradictions\n$/,
    )
  })

  it.each([
    ["delete from v1_resources where external_id = 'user:zoe2'", ['unknown-principal user:zoe2 1']],
    ["delete from v1_resources where external_id = 'resource:wiki'", ['unknown-resource resource:wiki 4']],
    [
      "delete from v1_entitlements where external_id = 'resource:wiki:access'",
      ['unknown-entitlement resource:wiki:access 2'],
    ],
    ["delete from v1_resource_types where external_id = 'role'", ['unknown-type role 3']],
    [
      "update v1_resources set parent_resource_type_id = 'tenant', parent_resource_id = 't' where id < 3",
      ['unknown-parent tenant:t 2'],
    ],
    [
      `insert into v1_grants select 99, resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id,
        external_id || ':again', expansion, needs_expansion, x'', sync_id, discovered_at from v1_grants where id = 1`,
      ['doubled-grant group:eng:member 2'],
    ],
    [
      'drop index idx_resources_parent_resource_id_v1; insert into v1_resources select 99, resource_type_id, external_id, null, null, data, sync_id, discovered_at from v1_resources where id = 1',
      ['doubled-id user:ada 2'],
    ],
    [
      'update v1_resources set data = (select data from v1_resources where id = 2) where id = 1',
      ['wrong-id user:ada 1'],
    ],
    ["update v1_resources set data = x'0aff' where id = 2", ['damaged-row user:bob 1']],
    ["update v1_grants set expansion = x'0aff' where id = 4", ['damaged-row group:all:member:group:eng 1']],
    ["update v1_grants set data = x'0aff' where id = 2", ['damaged-row group:eng:member:user:bob 1']],
    [
      "update v1_grants set expansion = x'0a066e6f626f6479' where id = 4",
      [expect.stringMatching(/^unknown-source group:all:member:group:eng/)],
    ],
    [
      "update v1_grants set expansion = cast(x'0a11' || 'role:admin:member' as blob) where id = 4",
      [expect.stringMatching(/^wrong-source group:all:member:group:eng/)],
    ],
    [
      `update v1_sync_runs set stats = '{"resource_types":5,"resources":11,"resources_by_resource_type":{"user":4,"group":3,"role":1,"resource":3},"grants_by_resource_type":{"group":5,"role":1,"resource":4},"entitlements_by_resource_type":{"group":4,"role":1,"resource":3}}'`,
      ['wrong-count resource 3'],
    ],
  ])('after "%s" tells it', async (sql, problems) => {
    expect(await problemsAfter(sql)).toEqual(problems)
  })

  it('tells empty names, names that are too long, cycles, and syncs that are unfinished or hidden', async () => {
    const sync: MadeSync = {
      ...ACME,
      things: [...(ACME.things ?? []), { id: 'user:mute', name: ' ' }, { id: 'user:long', name: 'é'.repeat(600) }],
      grants: [...(ACME.grants ?? []), { on: 'group:eng:member', to: 'group:all', from: ['group:all:member'] }],
    }
    const part: MadeSync = {
      id: 'part',
      kind: 'partial',
      startedAt: '2026-01-03 00:00:00',
      endedAt: '2026-01-03 00:00:00',
    }
    const open: MadeSync = { id: 'open', startedAt: '2026-01-04 00:00:00' }
    const file = fileOf(sync, part, open)
    const found = await rowsOf(file, 'lint', '--sync', sync.id)
    expect(found.map(({ level, message }) => `${String(level)}: ${String(message)}`)).toEqual([
      'warning: the full sync that began 2026-01-04 00:00:00 is unfinished, and readers do not show it',
      `warning: the full sync is hidden: readers show the partial sync part, which ended later`,
      'note: the resource user:mute has no name',
      'warning: the name of the resource user:long has 1200 bytes, and official services take 1024',
      'warning: these entitlements form a cycle: group:all:member → group:eng:member → group:all:member',
    ])
    expect((await read(file, 'lint')).code).toBe(10)
  })

  it('tells of a file without a finished sync, where other readers refuse it', async () => {
    const { code, stdout } = await read(fileOf({ id: 'open' }), 'lint', '--output', 'csv')
    expect([code, stdout.split('\r\n')[1]]).toEqual([10, expect.stringContaining('unfinished-sync,warning,')])
  })
})
