import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expandFile } from '../../../../../src/sdk/snapshot/expand/expand-file.ts'
import { syncTenant, temporaryFolder } from '../../../../tenant/sync-tenant.ts'
import { demoTenant } from '../../../../tenant/demo-tenant.ts'
import { startTenant } from '../../../../tenant/start-tenant.ts'
import { openPacked, rowsOf } from '../fixture.ts'

const TYPES = ['user', 'group', 'role', 'network-resource', 'service-account']
const AT = new Date('2026-01-02T03:04:05.678Z')

async function place() {
  const folder = temporaryFolder(onTestFinished)
  const tenant = demoTenant()
  const server = await startTenant({ tenant })
  onTestFinished(() => server.close())
  const begun = new Map<string, number>()
  const sync = (name: string, expand: boolean, more: object = {}) => {
    // Each sync of one file is later than the one before.
    const n = (begun.get(name) ?? 0) + 1
    begun.set(name, n)
    const now = () => new Date(AT.getTime() + n * 1000)
    return syncTenant(server, join(folder, name), { types: TYPES, now, expand, ...more })
  }
  return { folder, tenant, sync }
}

/** The rows of the only sync, without its id, which is random. */
const rows = (file: string, table: string) =>
  rowsOf(openPacked(file), table).map((row) => ({ ...row, sync_id: undefined }))

describe('expansion at the end of a sync', () => {
  it('gives the rows that the command gives for the same sync without it', async () => {
    const { folder, sync } = await place()
    const done = await sync('expanded.c1z', true)
    const plain = await sync('plain.c1z', false)
    expect([plain.expanded, done.counts]).toEqual([undefined, plain.counts])
    const out = join(folder, 'out.c1z')
    await expandFile({ file: join(folder, 'plain.c1z'), out })
    expect(done.expanded?.added).toBeGreaterThan(40)
    for (const table of ['v1_grants', 'v1_entitlements', 'v1_resources', 'v1_sync_runs'])
      expect(rows(join(folder, 'expanded.c1z'), table)).toEqual(rows(out, table))
    expect(rows(join(folder, 'plain.c1z'), 'v1_sync_runs')).toMatchObject([{ supports_diff: 0 }])
    expect(rows(out, 'v1_sync_runs')).toMatchObject([{ supports_diff: 1 }])
  })

  it('is no loss to the sync that follows without it, nor to one that is compared with an expanded file', async () => {
    const { folder, sync } = await place()
    await sync('one.c1z', true)
    expect(await sync('one.c1z', false, { mostShrinkPercent: 0 })).toMatchObject({ warnings: [] })
    await sync('two.c1z', false)
    await expandFile({ file: join(folder, 'two.c1z'), out: join(folder, 'two.c1z') })
    expect(await sync('two.c1z', true, { mostShrinkPercent: 0 })).toMatchObject({ warnings: [] })
  })

  it('does not hide a loss of what was read', async () => {
    const { tenant, sync } = await place()
    await sync('one.c1z', true)
    for (const resource of tenant.network.resources.slice(0, 4)) resource.access.length = 0
    await expect(sync('one.c1z', true, { mostShrinkPercent: 20 })).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining('network-resource grants went from 9 to') as string,
    })
  })

  it.each([
    ['a part', { targets: [{ type: 'group', id: 'R3JvdXA6MTI=' }] }],
    ['resources only', { entitlements: false, grants: false }],
  ])('never happens to %s', async (_, more) => {
    const { folder, sync } = await place()
    expect((await sync('part.c1z', true, more)).expanded).toBeUndefined()
    expect(rows(join(folder, 'part.c1z'), 'v1_sync_runs').at(-1)).toMatchObject({ supports_diff: 0 })
  })

  it('is left out of a sync that is not whole', async () => {
    const { folder, sync } = await place()
    const stop = new AbortController()
    const onEvent = (event: { readonly kind: string }) => {
      if (event.kind === 'page') stop.abort()
    }
    await expect(sync('one.c1z', true, { signal: stop.signal, onEvent, workers: 1 })).rejects.toMatchObject({
      code: 'canceled',
    })
    expect(rows(join(folder, 'one.c1z'), 'v1_sync_runs')).toMatchObject([{ supports_diff: 0, ended_at: null }])
    expect((await sync('one.c1z', true)).expanded?.added).toBeGreaterThan(40)
  })
})
